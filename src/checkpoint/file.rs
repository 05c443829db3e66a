//! The safetensors container: an 8-byte length, a JSON header, raw little-endian numbers. Knows
//! nothing of what the tensors mean.
//!
//! Reading goes through the format's own crate, which checks every offset against the file before
//! anything is allocated. Writing is ours, for that crate keeps the metadata in a hash map, and equal
//! models must be equal bytes.

use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde_json::{Map, Value, json};

use crate::{Error, Result};

/// The largest file that is read, in bytes. Any run's own file is smaller: the trainer's memory, which
/// is bounded by [`crate::config::MAX_WORKING_BYTES`], is at least four times its numbers.
pub const MAX_BYTES: usize = 256 << 20;
/// The largest count that is read: no run reaches it, and JavaScript tells its neighbours apart.
pub(crate) const MAX_COUNT: u64 = 1 << 52;

/// A tensor to be written, row-major.
pub(crate) struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub data: Data,
}

pub(crate) enum Data {
    F32(Vec<f32>),
    I64(Vec<i64>),
}

/// The file's bytes. I64 tensors should come first, so that every tensor is aligned to its numbers.
pub(crate) fn write(metadata: Map<String, Value>, tensors: &[Tensor]) -> Vec<u8> {
    let mut header = Map::new();
    header.insert("__metadata__".into(), Value::Object(metadata));
    let mut end = 0;
    for Tensor { name, shape, data } in tensors {
        let start = end;
        let dtype = match data {
            Data::F32(values) => {
                end += 4 * values.len();
                "F32"
            }
            Data::I64(values) => {
                end += 8 * values.len();
                "I64"
            }
        };
        let info = json!({ "dtype": dtype, "shape": shape, "data_offsets": [start, end] });
        header.insert(name.clone(), info);
    }
    let mut header = Value::Object(header).to_string();
    let padded = header.len().next_multiple_of(8);
    header.extend(std::iter::repeat_n(' ', padded - header.len()));

    let mut bytes = Vec::with_capacity(8 + padded + end);
    bytes.extend((padded as u64).to_le_bytes());
    bytes.extend(header.as_bytes());
    for tensor in tensors {
        match &tensor.data {
            Data::F32(values) => values.iter().for_each(|x| bytes.extend(x.to_le_bytes())),
            Data::I64(values) => values.iter().for_each(|x| bytes.extend(x.to_le_bytes())),
        }
    }
    bytes
}

/// A file whose header has been checked.
pub(crate) struct File<'a> {
    header: Metadata,
    numbers: &'a [u8],
}

impl<'a> File<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        if bytes.len() > MAX_BYTES {
            return Err(Error::bad_weights(format!(
                "the file has {} bytes, and at most {MAX_BYTES} are read.",
                bytes.len()
            )));
        }
        let (length, header) = SafeTensors::read_metadata(bytes).map_err(explain)?;
        let numbers = &bytes[8 + length..];
        Ok(Self { header, numbers })
    }

    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.header
            .metadata()
            .as_ref()?
            .get(key)
            .map(String::as_str)
    }

    pub fn names(&self) -> Vec<String> {
        self.header.offset_keys()
    }

    pub fn shape(&self, name: &str) -> Result<&[usize]> {
        Ok(&self.info(name)?.shape)
    }

    /// The tensor's finite numbers, row-major; its shape must be this one.
    pub fn f32s(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        finite(name, self.any_f32s(name, shape)?)
    }

    /// As [`File::f32s`], whatever the numbers are.
    pub fn any_f32s(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let (values, _) = self.numbers(name, shape, Dtype::F32)?.as_chunks();
        Ok(values
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes))
            .collect())
    }

    /// A single whole number from 0 to [`MAX_COUNT`].
    pub fn count(&self, name: &str) -> Result<u64> {
        let (values, _) = self.numbers(name, &[1], Dtype::I64)?.as_chunks();
        let value = i64::from_le_bytes(values[0]);
        u64::try_from(value)
            .ok()
            .filter(|&count| count <= MAX_COUNT)
            .ok_or_else(|| {
                Error::bad_weights(format!("{name:?} is {value}, which no run comes to."))
            })
    }

    /// The tensor's whole numbers, row-major; its shape must be this one. The door alone needs them.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn i64s(&self, name: &str, shape: &[usize]) -> Result<Vec<i64>> {
        let (values, _) = self.numbers(name, shape, Dtype::I64)?.as_chunks();
        Ok(values
            .iter()
            .map(|&bytes| i64::from_le_bytes(bytes))
            .collect())
    }

    fn numbers(&self, name: &str, shape: &[usize], dtype: Dtype) -> Result<&'a [u8]> {
        let info = self.info(name)?;
        if info.dtype != dtype {
            return Err(Error::bad_weights(format!(
                "the tensor {name:?} is of type {:?}, but must be {dtype:?}.",
                info.dtype
            )));
        }
        if info.shape != shape {
            return Err(Error::bad_weights(format!(
                "the tensor {name:?} has the shape {:?}, but must have {shape:?}.",
                info.shape
            )));
        }
        let (start, end) = info.data_offsets;
        Ok(&self.numbers[start..end])
    }

    fn info(&self, name: &str) -> Result<&TensorInfo> {
        self.header
            .info(name)
            .ok_or_else(|| Error::bad_weights(format!("the tensor {name:?} is missing.")))
    }
}

/// The values of the tensor called `name`, none of which may be infinite or NaN.
pub(crate) fn finite(name: &str, values: Vec<f32>) -> Result<Vec<f32>> {
    if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(Error::bad_weights(format!(
            "the tensor {name:?} holds numbers that are not finite."
        )))
    }
}

/// What the format's own parser objected to, in a sentence.
fn explain(error: SafeTensorError) -> Error {
    use SafeTensorError as E;
    Error::bad_weights(match error {
        E::MetadataIncompleteBuffer | E::InvalidHeaderLength => {
            "the file is cut short, or is no safetensors file at all.".to_owned()
        }
        E::HeaderTooSmall => "the file is too short to be a safetensors file.".to_owned(),
        E::HeaderTooLarge | E::InvalidHeader(_) | E::InvalidHeaderDeserialization(_) => {
            "the file is no safetensors file.".to_owned()
        }
        other => format!("its header contradicts itself ({other})."),
    })
}
