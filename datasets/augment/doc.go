// Package augment makes of a picture what a classifier is trained or tested on: cropped, resized, changed at random,
// normalised; and mixes the pictures of a batch.
//
//	recipe := augment.ImageNet()                       // the recipe of Swin and VMamba, at 224 pixels
//	recipe.Train(rgb, augment.Random(seed, epoch, i), pixels)   // pixels [Size, Size, 3]
//	recipe.Test(rgb, pixels)
//	recipe.Mix(batch, augment.Random(seed, epoch, first))
//
// # Conventions
//
// They are those of timm 1.0.15 on Pillow 11.1 and torchvision 0.21, down to the roundings: resize with Pillow's fixed-point
// bicubic filter, colours with Pillow's truncations. testdata/golden.py computed with these libraries what the tests
// expect. In the order in which they are applied to a training picture:
//
//	crop        a random part of MinArea to all of the area and an aspect of 3/4 to 4/3, resized (timm's
//	            RandomResizedCropAndInterpolation); or "padded": a shift by up to an eighth, black at the border (CIFAR's)
//	flip        left to right, half of the time
//	RandAugment timm's rand-m9-mstd0.5-inc1: Layers operations of fifteen, drawn with repetition, each applied half of the time
//	            with a magnitude from N(Magnitude, MagnitudeStd²) within [0, 10], all of them stronger as it grows
//	colours     brightness, contrast and saturation by factors of 1 ± ColorJitter, in random order; as in timm only
//	            where RandAugment is off
//	normalise   (x/255 - Mean) / Std
//	erase       with probability Erasing, a rectangle of 2 to 33 % of the area becomes normal noise
//
// A batch is then mixed with its reverse, by timm's mixup or cutmix, one of them for the whole batch, and the targets are
// smoothed and mixed alike. A test picture is resized so that its shorter side is Size/CropPct, and cut out of the middle.
//
// # Randomness
//
// Each picture draws from a source of its own, made of the run's seed, the epoch and the picture's index. So the result
// doesn't depend on how many workers there are, on what came before, or on whether the run was interrupted.
package augment
