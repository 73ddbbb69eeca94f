// Package scenes reads pictures in which every pixel has a class: the sets of semantic segmentation.
//
//	set, err := scenes.Load("camvid", ltsf.SearchPath(""))
//	scene, err := set.Train.Scene(0)   // scene.Picture, and scene.Labels [H, W]
//
// # Sets
//
//   - ade20k: SceneParse150 (Zhou et al., CVPR 2017), 150 classes, the set of the paper's Table 3. Its files hold 0 for what has none of
//     the classes and 1 to 150 for these; here the classes are 0 to 149. Its validation pictures are what is tested on.
//   - camvid: road scenes (Brostow et al., 2009) with the 11 classes and the split of SegNet's authors, in a folder or tar pack for each
//     split with images/ and labels/, or in SegNet's folders train and trainannot and so on.
//   - figures: generated, for tests and for machines without data.
//
// Pixels of the label [Ignored] have no class and count neither in training nor in a test.
//
// Pictures of ADE20K and CamVid may not be passed on; the package reads what its user has.
package scenes
