//! The header: what it says of each tensor, and whether that fits the file.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use crate::json::{Reader, write_list, write_string};
use crate::{Error, Result};

pub(super) const METADATA: &str = "__metadata__";
pub(super) const F32: &str = "F32";
pub(super) const F16: &str = "F16";
pub(super) const BF16: &str = "BF16";
pub(super) const F64: &str = "F64";
pub(super) const I64: &str = "I64";

/// What the header says of one tensor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct TensorInfo {
    pub dtype: String,
    pub shape: Vec<usize>,
    pub data_offsets: Vec<usize>,
}

/// A header: `__metadata__` and one entry for each tensor.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub metadata: Vec<(String, String)>,
    pub tensors: BTreeMap<String, TensorInfo>,
    /// A tensor that is named a second time.
    pub twice: Option<String>,
}

impl Header {
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut header = Self::default();
        reader.object(&mut |reader, name| {
            if name == METADATA {
                reader.object(&mut |reader, key| {
                    header.metadata.push((key, reader.string()?));
                    Some(())
                })
            } else {
                let info = TensorInfo::read(reader)?;
                if header.tensors.insert(name.clone(), info).is_some() {
                    header.twice = Some(name);
                }
                Some(())
            }
        })?;
        Some(header)
    }
}

impl TensorInfo {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut info = Self::default();
        // Each of the three keys stands there once.
        let mut found = [false; 3];
        reader.object(&mut |reader, key| {
            let (at, counts) = match key.as_str() {
                "dtype" => (0, None),
                "shape" => (1, Some(&mut info.shape)),
                "data_offsets" => (2, Some(&mut info.data_offsets)),
                _ => return reader.skip(),
            };
            if std::mem::replace(&mut found[at], true) {
                return None;
            }
            let Some(counts) = counts else {
                info.dtype = reader.string()?;
                return Some(());
            };
            reader.list(&mut |reader| {
                counts.push(reader.count()?);
                Some(())
            })
        })?;
        (found == [true; 3]).then_some(info)
    }

    /// The keys come sorted.
    pub fn write(&self, into: &mut String) {
        let counts = |into: &mut String, key: &str, counts: &[usize]| {
            into.push_str(key);
            write_list(into, counts, |into, count| {
                into.push_str(&count.to_string())
            });
            into.push(']');
        };
        counts(into, "{\"data_offsets\":[", &self.data_offsets);
        into.push_str(",\"dtype\":");
        write_string(into, &self.dtype);
        counts(into, ",\"shape\":[", &self.shape);
        into.push('}');
    }
}

/// Bits of one number of a type; those of fewer than eight lie close together.
fn number_bits(dtype: &str) -> Option<usize> {
    match dtype {
        "F4" => Some(4),
        "F6_E2M3" | "F6_E3M2" => Some(6),
        "BOOL" | "U8" | "I8" => Some(8),
        "F8_E4M3" | "F8_E4M3FNUZ" | "F8_E5M2" | "F8_E5M2FNUZ" | "F8_E8M0" => Some(8),
        "U16" | "I16" | F16 | BF16 => Some(16),
        "U32" | "I32" | F32 => Some(32),
        "U64" | I64 | F64 | "C64" => Some(64),
        _ => None,
    }
}

/// Every tensor has the bytes that its shape asks for, and together they are the file's numbers.
pub(super) fn check_offsets(header: &Header, numbers: usize) -> Result<()> {
    let contradiction =
        |what: String| Error::bad_weights(format!("its header contradicts itself: {what}."));
    let mut ranges = Vec::with_capacity(header.tensors.len());
    for (name, info) in &header.tensors {
        let &[start, end] = info.data_offsets.as_slice() else {
            return Err(contradiction(format!("{name:?} has no two offsets")));
        };
        let number = number_bits(&info.dtype).ok_or_else(|| {
            contradiction(format!("{name:?} is of an unknown type, {:?}", info.dtype))
        })?;
        let asked = info
            .shape
            .iter()
            .try_fold(1_usize, |numbers, &n| numbers.checked_mul(n))
            .and_then(|numbers| numbers.checked_mul(number))
            .filter(|bits| bits % 8 == 0)
            .map(|bits| bits / 8);
        if end.checked_sub(start) != asked || asked.is_none() {
            return Err(contradiction(format!(
                "{name:?} has the shape {:?} and the bytes from {start} to {end}",
                info.shape
            )));
        }
        // By their beginnings, the empty ones first where two begin together.
        let key = u32::try_from(start).ok().and_then(|key| key.checked_mul(2));
        let at = u16::try_from(ranges.len()).ok();
        let (Some(key), Some(at)) = (key, at) else {
            return Err(contradiction("it has too many tensors".into()));
        };
        ranges.push((key + u32::from(end > start), at));
    }
    let infos: Vec<_> = header.tensors.values().collect();
    let mut covered = 0;
    for (_, at) in BinaryHeap::from(ranges).into_sorted_vec() {
        let offsets = &infos[usize::from(at)].data_offsets;
        let (start, end) = (offsets[0], offsets[1]);
        if start != covered {
            return Err(contradiction(format!(
                "no tensor, or more than one, has the bytes from {}",
                start.min(covered)
            )));
        }
        covered = end;
    }
    match covered.cmp(&numbers) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Error::bad_weights(format!(
            "the file is cut short: its tensors have {covered} bytes, but {numbers} are there."
        ))),
        Ordering::Less => Err(contradiction(format!(
            "its tensors have {covered} bytes, but {numbers} are there"
        ))),
    }
}
