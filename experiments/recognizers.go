package experiments

import (
	"strings"

	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// recognizers lists ViM2 and its rivals on the sets of pictures: the small sizes, which are ours, on the small sets, and those
// of the paper on ImageNet. A model is listed where it can take the set's pictures; the rivals of fixed size take 32 x 32.
//
//	mambamixer run vim2-nano/cifar10 resnet-nano/cifar10 -tier smoke
func recognizers() []Spec {
	var specs []Spec
	for _, set := range pictureSets() {
		add := func(name, kind, note string, m Classifier) {
			if size := set.pictures.Size; m.Validate(size, size) == nil {
				specs = append(specs, onPictures(set, name, kind, note, m))
			}
		}
		for _, v := range vim2.Variants() {
			if ours := v.Parameters == 0; ours != (set.set == "imagenet") {
				add("vim2-"+v.Name, "ViM2-"+strings.ToUpper(v.Name[:1])+v.Name[1:], "MambaMixer for pictures", v.Config)
			}
		}
		if set.set == "imagenet" {
			continue
		}
		for _, rival := range vision.Nano() {
			add(rival.Name+"-nano", rival.Name+"-nano", "with as many parameters as ViM2-Nano", rival.Model)
		}
		for _, rival := range vision.Micro() {
			add(rival.Name+"-micro", rival.Name+"-micro", "with as many parameters as ViM2-Micro", rival.Model)
		}
	}
	return specs
}
