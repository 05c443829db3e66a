//! `babble export`.

use babble::onnx;
use serde_json::json;

use crate::args::Export;
use crate::failure::Failure;
use crate::files;
use crate::tell::{Tell, grouped, print};

pub fn export(args: &Export, tell: Tell) -> Result<(), Failure> {
    files::keep_apart(&args.onnx, &[&args.weights])?;
    let checkpoint = files::read_weights(&args.weights)?;
    let bytes = onnx::export(checkpoint.model(), checkpoint.config());
    files::write(&args.onnx, &bytes)?;
    if tell.json {
        let told = json!({ "path": args.onnx, "format": "onnx", "bytes": bytes.len() });
        return tell.event("exported", &told);
    }
    print(&format!(
        "Saved {}: {} bytes of ONNX, opset 17.\n",
        args.onnx.display(),
        grouped(bytes.len() as u64)
    ))
}
