//! The safetensors container: an 8-byte length, a JSON header, raw little-endian numbers. Knows
//! nothing of what the tensors mean.
//!
//! Reading checks every offset against the file before anything is allocated: a tensor's bytes must be as
//! many as its shape asks for, and the tensors must cover the file's numbers from first to last, each once.
//! That is what the format's own crate asks for, which the tests hold this against; it is not used here, for
//! it and the JSON library below it were a third of what a visitor downloaded. Its metadata is a hash map,
//! too, and equal models must be equal bytes.

mod header;

use std::collections::BTreeMap;

use crate::json::{self, write_list, write_string};
use crate::{Error, Result};
use header::{BF16, F16, F32, F64, Header, I64, METADATA, TensorInfo, check_offsets};

/// The largest file that is read, in bytes. Any run's own file is smaller: the trainer's memory, which
/// is bounded by [`crate::config::MAX_WORKING_BYTES`], is at least four times its numbers.
pub const MAX_BYTES: usize = 256 << 20;
/// The largest header that is read, in bytes. The largest one that a model needs has [`crate::data::vocab::MAX_SYMBOLS`]
/// symbols, each of them written with an escape for every character of its escapes: 96 bytes, 6.3 MB in all.
pub(crate) const MAX_HEADER_BYTES: usize = 8 << 20;
/// The largest count that is read: no run reaches it, and JavaScript can distinguish its neighbours.
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

/// The file's bytes; the metadata stand there in this order. I64 tensors should come first, so that every tensor is aligned to its numbers.
pub(crate) fn write(metadata: &[(&str, String)], tensors: &[Tensor]) -> Vec<u8> {
    let mut infos = BTreeMap::new();
    let mut end = 0;
    for Tensor { name, shape, data } in tensors {
        let start = end;
        let dtype = match data {
            Data::F32(values) => {
                end += 4 * values.len();
                F32
            }
            Data::I64(values) => {
                end += 8 * values.len();
                I64
            }
        };
        let info = TensorInfo {
            data_offsets: vec![start, end],
            dtype: dtype.into(),
            shape: shape.clone(),
        };
        infos.insert(name.clone(), info);
    }
    let mut header = String::from("{");
    write_string(&mut header, METADATA);
    header.push_str(":{");
    write_list(&mut header, metadata, |header, (key, value)| {
        write_string(header, key);
        header.push(':');
        write_string(header, value);
    });
    header.push('}');
    for (name, info) in &infos {
        header.push(',');
        write_string(&mut header, name);
        header.push(':');
        info.write(&mut header);
    }
    header.push('}');
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
#[derive(Debug)]
pub(crate) struct File<'a> {
    header: Header,
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
        let (length, rest) = bytes
            .split_first_chunk()
            .ok_or_else(|| Error::bad_weights("the file is too short to be a safetensors file."))?;
        let (header, numbers) = usize::try_from(u64::from_le_bytes(*length))
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or_else(|| not_safetensors(bytes))?;
        if header.len() > MAX_HEADER_BYTES {
            return Err(Error::bad_weights(format!(
                "its header has {} bytes, and at most {MAX_HEADER_BYTES} are read.",
                header.len()
            )));
        }
        let header: Header = std::str::from_utf8(header)
            .ok()
            .and_then(|header| json::read(header, Header::read))
            .ok_or_else(|| Error::bad_weights("the file is no safetensors file."))?;
        if let Some(name) = &header.twice {
            return Err(Error::bad_weights(format!(
                "the tensor {name:?} is named twice; one of them must go."
            )));
        }
        check_offsets(&header, numbers.len())?;
        Ok(Self { header, numbers })
    }

    pub fn metadata(&self, key: &str) -> Option<&str> {
        let mut last_first = self.header.metadata.iter().rev();
        let (_, value) = last_first.find(|(name, _)| name == key)?;
        Some(value)
    }

    /// The tensors' names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.header.tensors.keys().map(String::as_str)
    }

    pub fn shape(&self, name: &str) -> Result<&[usize]> {
        Ok(&self.info(name)?.shape)
    }

    /// The tensor's finite numbers, row-major; its shape must be this one.
    pub fn f32s(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        finite(name, self.any_f32s(name, shape)?)
    }

    /// As [`File::f32s`], whatever the numbers are: those of another floating-point type become the nearest `f32`.
    pub fn any_f32s(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let dtype = match self.info(name)?.dtype.as_str() {
            dtype @ (F16 | BF16 | F64) => dtype,
            _ => F32,
        };
        let numbers = self.numbers(name, shape, dtype)?;
        Ok(match dtype {
            F32 => each(numbers, f32::from_le_bytes),
            F64 => each(numbers, |bytes| f64::from_le_bytes(bytes) as f32),
            half => {
                let read = if half == F16 { from_f16 } else { from_bf16 };
                each(numbers, |bytes| read(u16::from_le_bytes(bytes)))
            }
        })
    }

    /// The types of the floating-point tensors that are not F32 and are read as such, each once.
    pub fn converted(&self) -> Vec<&'static str> {
        let there = |dtype: &&str| {
            self.header
                .tensors
                .values()
                .any(|info| info.dtype == *dtype)
        };
        [F16, BF16, F64].into_iter().filter(there).collect()
    }

    /// A single whole number from 0 to [`MAX_COUNT`].
    pub fn count(&self, name: &str) -> Result<u64> {
        let (values, _) = self.numbers(name, &[1], I64)?.as_chunks();
        let value = i64::from_le_bytes(values[0]);
        u64::try_from(value)
            .ok()
            .filter(|&count| count <= MAX_COUNT)
            .ok_or_else(|| {
                Error::bad_weights(format!("{name:?} is {value}, which no run comes to."))
            })
    }

    /// The tensor's whole numbers, row-major; its shape must be this one. `tasks::files` alone needs them.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn i64s(&self, name: &str, shape: &[usize]) -> Result<Vec<i64>> {
        Ok(each(self.numbers(name, shape, I64)?, i64::from_le_bytes))
    }

    fn numbers(&self, name: &str, shape: &[usize], dtype: &str) -> Result<&'a [u8]> {
        let info = self.info(name)?;
        if info.dtype != dtype {
            return Err(Error::bad_weights(format!(
                "the tensor {name:?} is of type {}, but must be {}.",
                info.dtype,
                if dtype == F32 {
                    "F32, F16, BF16 or F64"
                } else {
                    dtype
                }
            )));
        }
        if info.shape != shape {
            return Err(Error::bad_weights(format!(
                "the tensor {name:?} has the shape {:?}, but must have {shape:?}.",
                info.shape
            )));
        }
        // They have been checked.
        Ok(&self.numbers[info.data_offsets[0]..info.data_offsets[1]])
    }

    fn info(&self, name: &str) -> Result<&TensorInfo> {
        self.header
            .tensors
            .get(name)
            .ok_or_else(|| Error::bad_weights(format!("the tensor {name:?} is missing.")))
    }
}

/// Numbers of `N` bytes each.
fn each<const N: usize, T>(numbers: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (numbers, _) = numbers.as_chunks();
    numbers.iter().map(|&bytes| read(bytes)).collect()
}

/// The value of an IEEE 754 half: a sign, 5 bits of exponent, 10 of mantissa. Every one is an `f32`.
fn from_f16(bits: u16) -> f32 {
    // The bits in their places in an f32, whose exponent has a bias larger by 112.
    let (sign, size) = (
        u32::from(bits & 0x8000) << 16,
        u32::from(bits & 0x7fff) << 13,
    );
    let size = if bits & 0x7c00 == 0x7c00 {
        0x7f80_0000 | size
    } else {
        (f32::from_bits(size) * f32::from_bits((127 + 112) << 23)).to_bits()
    };
    f32::from_bits(sign | size)
}

/// The value of the upper half of an `f32`.
fn from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// What the bytes are that begin as no safetensors file does.
fn not_safetensors(bytes: &[u8]) -> Error {
    let beginning = &bytes[..bytes.len().min(MAX_HEADER_BYTES)];
    let is_index =
        bytes.first() == Some(&b'{') && beginning.windows(12).any(|part| part == b"\"weight_map\"");
    Error::bad_weights(if is_index {
        "it is the index of a model that lies in several files, its shards. Save the model as one .safetensors file."
    } else {
        "the file is cut short, or is no safetensors file at all."
    })
}

/// The values of the tensor called `name`, none of which may be infinite or NaN.
pub(crate) fn finite(name: &str, values: Vec<f32>) -> Result<Vec<f32>> {
    if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(Error::bad_weights(format!(
            "the tensor {name:?} holds numbers that are not finite in single precision."
        )))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "../../tests/unit/safetensors.rs"]
mod tests;
