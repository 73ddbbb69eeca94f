// Package maskrcnn is Mask R-CNN (He et al., ICCV 2017) on a pyramid of features (Lin et al., CVPR 2017): the detector of the paper's
// Table 4, on ViM2 or another backbone that gives maps of several sizes.
//
//	m := maskrcnn.On(vim2.Tiny())
//	losses := m.Losses(scope, images, truth, 80)    // for the training
//	found := m.Detect(scope, images, 80)            // boxes, scores, classes and masks
//
// # From a picture to masks
//
// On each map of the pyramid every place has three anchors, boxes of one area and three aspects. A small network (rpn.go) says of each
// anchor whether it holds an object, and how to move it there; the best, less those that overlap a better one (nms.go), are
// proposals. A proposal's part of the map of its size is read at a grid of points (align.go), from which a perceptron tells
// its class and moves it once more, and convolutions tell which of its points the object covers (heads.go).
//
// A graph has fixed shapes, so all lists are: of candidates, proposals, samples and detections. What is not there has the score 0
// or counts nothing. Numbers, weights and losses are those of mmdetection's configuration but for these: losses are means
// over a picture's samples, then over pictures, where mmdetection's are over the samples of the batch; an anchor that is an object's
// best match keeps the object that it itself fits best, as in torchvision; the training looks at 1000 candidates of a map, as the use does,
// where mmdetection's looks at 2000; of the boxes that are sure enough at the end the 1000 surest are compared, not all; a cell of a
// box is read at two points along each side, as in mmdetection's first version, whose later ones take more in large boxes; the mask's
// last convolution starts by its inputs, not by its outputs, which with one class would be far too large; pictures without objects are
// trained on; and the masks that the training is after are read from a grid on each object's box, which does not depend on the
// picture's size.
//
// # Shapes
//
// B pictures of H x W pixels, M objects at most, R boxes, K classes. Boxes are [.., 4]: x0, y0, x1, y1 in pixels.
package maskrcnn
