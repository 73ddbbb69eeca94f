"""Computes what the tests of package augment expect, and writes golden.json beside itself.

    python3 -m venv v && v/bin/pip install torch==2.6.0 torchvision==0.21.0 timm==1.0.15 pillow==11.1.0
    v/bin/python golden.py

The picture is generated; there is no photograph in it. Bytes are in base64, row by row, three to a pixel.
"""

import base64
import json
import os

import numpy as np
import timm
import torch
import torchvision
from PIL import Image, __version__ as pillow
from timm.data import auto_augment, mixup
from timm.data.transforms import RandomResizedCropAndInterpolation
from timm.data.transforms_factory import transforms_imagenet_eval

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def generated(w, h):
    x, y = np.meshgrid(np.arange(w), np.arange(h))
    rgb = np.stack([(x * 11 + y * 3) % 256, (x * y * 2 + 40) % 200, 255 - (x * 5 + y * 7) % 256], axis=-1).astype(np.uint8)
    rgb[h // 4:h // 2, w // 3:w // 2] = (250, 240, 10)
    return Image.fromarray(rgb)


def text(image):
    return base64.b64encode(np.asarray(image, dtype=np.uint8).tobytes()).decode()


out = {"versions": f"timm {timm.__version__}, Pillow {pillow}, torchvision {torchvision.__version__}, torch {torch.__version__}", "picture": text(generated(23, 17))}

out["resize"] = [{"w": w, "h": h, "pixels": text(generated(23, 17).resize((w, h), Image.BICUBIC))}
                 for w, h in [(8, 8), (46, 34), (23, 9), (7, 17), (30, 12), (1, 1)]]

out["operations"] = []
hparams = dict(img_mean=tuple(min(255, round(255 * m)) for m in MEAN), interpolation=Image.BICUBIC)
for name in auto_augment._RAND_INCREASING_TRANSFORMS:
    for level, sign in [(0.0, 1), (3.3, -1), (3.3, 1), (9.0, -1), (9.0, 1)]:
        auto_augment._randomly_negate = lambda v: sign * v
        op = auto_augment.AugmentOp(name, prob=1.0, magnitude=level, hparams=hparams)
        out["operations"].append({"name": name, "level": level, "sign": sign, "pixels": text(op(generated(23, 17)))})
        if name in ("AutoContrast", "Equalize", "Invert"):  # without a level
            break

out["test"] = []
for w, h, size, pct in [(23, 17, 12, 0.875), (17, 23, 12, 0.875), (23, 17, 16, 1.0), (40, 21, 14, 0.9)]:
    transform = transforms_imagenet_eval(img_size=size, crop_pct=pct, interpolation="bicubic", mean=MEAN, std=STD)
    pixels = transform(generated(w, h)).permute(1, 2, 0)
    out["test"].append({"w": w, "h": h, "size": size, "crop_pct": pct, "pixels": [round(v, 5) for v in pixels.flatten().tolist()]})

# Parts five times as large as the picture never fit, so what comes is the part that timm falls back to.
out["fallback"] = []
for w, h in [(100, 10), (10, 100), (50, 40), (101, 7), (7, 13)]:
    i, j, th, tw = RandomResizedCropAndInterpolation.get_params(Image.new("RGB", (w, h)), (5, 5), (3 / 4, 4 / 3))
    out["fallback"].append({"w": w, "h": h, "rect": [j, i, tw, th]})

out["targets"] = []
for lam, smoothing in [(0.3, 0.1), (1.0, 0.0), (0.75, 0.2)]:
    target = mixup.mixup_target(torch.tensor([2, 0, 3, 1]), 5, lam, smoothing)
    out["targets"].append({"lambda": lam, "smoothing": smoothing, "values": [round(v, 7) for v in target.flatten().tolist()]})

out["boxes"] = []
for size, lam, cy, cx in [(32, 0.3, 5, 20), (32, 0.9, 31, 0), (15, 0.5, 7, 7), (32, 1.0, 3, 3), (32, 0.0, 16, 16)]:
    centres = iter([cy, cx])
    np.random.randint = lambda low, high, size=None: next(centres)
    (yl, yh, xl, xh), corrected = mixup.cutmix_bbox_and_lam((1, 3, size, size), lam)
    out["boxes"].append({"size": size, "lambda": lam, "cy": cy, "cx": cx, "rect": [int(xl), int(yl), int(xh - xl), int(yh - yl)], "corrected": float(corrected)})

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as f:
    json.dump(out, f, indent=0)
    f.write("\n")
