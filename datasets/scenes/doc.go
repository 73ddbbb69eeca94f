// Package scenes reads pictures in which every pixel has a class, the sets of semantic segmentation, and pictures in which every object
// has a class, a box and a mask, those of detection and instance segmentation.
//
//	set, err := scenes.Load("camvid", ltsf.SearchPath(""))
//	scene, err := set.Train.Scene(0)   // scene.Picture, and scene.Labels [H, W] or scene.Objects
//
// # Sets
//
//   - ade20k: SceneParse150 (Zhou et al., CVPR 2017), 150 classes, the set of the paper's Table 3. Its files hold 0 for what has none of
//     the classes and 1 to 150 for these; here the classes are 0 to 149. Its validation pictures are what is tested on.
//   - camvid: road scenes (Brostow et al., 2009) with the 11 classes and the split of SegNet's authors, in a folder or tar pack for each
//     split with images/ and labels/, or in SegNet's folders train and trainannot and so on.
//   - figures: generated, for tests and for machines without data.
//   - coco: COCO 2017 (Lin et al., 2014), 80 classes of objects, the set of the paper's Table 4. Its validation pictures are what is tested on.
//   - pennfudan: pedestrians (Wang et al., 2007), one class. Its authors give no split: by the order of the names the first 136
//     pictures, which are Fudan's and some of Penn's, are trained on, and the last 34, all Penn's, tested on.
//   - things: generated, the pictures of figures with each figure as an object.
//
// Pixels of the label [Ignored] have no class and count neither in training nor in a test.
//
// Pictures of ADE20K, CamVid, COCO and Penn-Fudan may not be passed on; the package reads what its user has.
package scenes
