pub fn a(b:&[u8])->bool{ safetensors::SafeTensors::deserialize(b).is_ok() }
