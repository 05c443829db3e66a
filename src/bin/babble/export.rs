//! `babble export`.

use babble::formats::onnx;
use serde_json::json;

use crate::args::Export;
use crate::failure::Failure;
use crate::files;
use crate::printer::{Printer, grouped, print};

pub fn export(args: &Export, printer: Printer) -> Result<(), Failure> {
    files::keep_apart(&args.onnx, &[&args.weights])?;
    files::keep_existing(&args.onnx, args.force, "another name keeps it")?;
    let checkpoint = files::read_weights(&args.weights)?;
    let bytes = onnx::export(checkpoint.model(), checkpoint.config())
        .map_err(|error| Failure::of_file(error, args.weights.display()))?;
    files::write(&args.onnx, &bytes)?;
    if printer.json {
        let event =
            json!({ "path": args.onnx.to_string_lossy(), "format": "onnx", "bytes": bytes.len() });
        return printer.event("exported", &event);
    }
    print(&format!(
        "Saved {}: {} bytes of ONNX, opset 17.\n",
        args.onnx.display(),
        grouped(bytes.len() as u64)
    ))
}
