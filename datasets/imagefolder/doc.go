// Package imagefolder reads data sets of labelled pictures: ImageNet-1K, Tiny-ImageNet, CIFAR-10, Oxford-IIIT Pets,
// Fashion-MNIST, folders of one's own, and a generated set. It knows files, labels and splits; it knows no model.
//
//	set, err := imagefolder.Load("cifar10", ltsf.SearchPath(""))
//	rgb, err := set.Train.Picture(17)         // decoded when asked for
//	label := set.Train.Label(17)              // a number below len(set.Classes)
//
// # Where it looks and what it finds
//
// [Names] lists the sets. Each is looked for in the layouts of its publisher, and in those common elsewhere, below the data
// folders; a split may be a folder or a tar pack, see package pack:
//
//	imagenet           train/<wnid>/*, val/<wnid>/*; for the first ILSVRC2012_img_train.tar as published, read in place
//	tiny-imagenet      train/<wnid>/images/*, val/images/* with val/val_annotations.txt
//	cifar10            data_batch_1.bin to data_batch_5.bin and test_batch.bin; or train/<class>/*, test/<class>/*
//	pets               images/* with annotations/trainval.txt and test.txt
//	fashion-mnist      train-images-idx3-ubyte and so on, plain or .gz
//	shapes             generated: eight figures that differ in form alone
//	a path             of a folder or pack of one's own: train/<class>/* and val/<class>/* or test/<class>/*
//
// A set that isn't the published one has a name of its own, and it is this name that belongs in tables: CIFAR-10-JPEG is
// CIFAR-10 encoded again as JPEG, with other pixels; Tiny-ImageNet-20 has 20 classes of 200; Pets-3 has 3 of 37.
//
// Labels go by the alphabetical order of the classes' folders, those of Pets with letter case aside. ImageNet's do so too, over
// all 1000: where the class index is at hand (imagenet1k_classes.csv, with lines of index, wnid and name), a part of ImageNet
// has the labels of the whole.
//
// # What is wrong with files
//
// A picture that belongs to no class is left out and named in [Set].Problems. Named there too are what an annotation lists but
// isn't there, a link to a folder that isn't there, and a count that isn't the published one. [Set.Strict] makes an error of
// them. Whether pictures can be read and decoded is found out by whoever decodes them, see package pipeline.
//
// The ending of a name says only whether a file is meant as a picture; its format is found in its content. Files of formats
// that package picture doesn't know, such as HEIC, AVIF or JPEG XL, are meant as pictures too, so they are counted among
// those that can't be decoded. Files and folders whose names begin with a dot are hidden and count for nothing.
package imagefolder
