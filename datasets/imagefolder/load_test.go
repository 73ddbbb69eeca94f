package imagefolder

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/pack"
)

// A folder of one's own, as folders, as a tar and as compressed ones: the same set.
func TestFolders(t *testing.T) {
	files := map[string][]byte{
		"train/cat/1.png": pngOf(t, plain(255, 0, 0)), "train/cat/deep/2.JPEG": jpegOf(t, plain(0, 0, 0)), "train/dog/3.png": pngOf(t, plain(255, 0, 0)),
		"train/dog/notes.txt": []byte("no picture"), "val/dog/4.jpg": pngOf(t, plain(255, 0, 0)), // a PNG by another name
	}
	split := func(name string) map[string][]byte {
		part := maps.Clone(files)
		maps.DeleteFunc(part, func(file string, _ []byte) bool { return !strings.HasPrefix(file, name) })
		return part
	}
	packs := made(t, map[string][]byte{"own.tar": tarOf(t, files)})
	var sums []string
	for _, path := range []string{
		made(t, files),
		filepath.Join(packs, "own.tar"),
		made(t, map[string][]byte{"train.tar.gz": gzipped(tarOf(t, split("train"))), "val.tar": tarOf(t, split("val"))}),
	} {
		set, err := strictly(path, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		if !slices.Equal(set.Classes, []string{"cat", "dog"}) || set.Name != filepath.Base(path) {
			t.Errorf("%s has the classes %v", set.Name, set.Classes)
		}
		wantLabels(t, set.Train, "0 bright 1.png", "0 dark 2.JPEG", "1 bright 3.png")
		wantLabels(t, set.Test, "1 bright 4.jpg")
		sums = append(sums, set.SHA256)
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	}
	if slices.Sort(sums); len(slices.Compact(sums)) != 1 {
		t.Errorf("the sums differ: %v", sums)
	}
	files["val/dog/4.jpg"][60]++
	if set, err := Load(made(t, files), nil); err != nil || set.SHA256 == sums[0] {
		t.Errorf("a changed byte doesn't change the sum (%v)", err)
	}
}

// A file that can't be read, too large or a link that leads nowhere, is left to whoever decodes it.
func TestUnreadableFiles(t *testing.T) {
	dir := made(t, map[string][]byte{
		"train/cat/1.png": pngOf(t, plain(255, 0, 0)), "train/cat/2.png": nil, "train/dog/1.png": pngOf(t, plain(0, 0, 0)), "val/dog/1.png": pngOf(t, plain(0, 0, 0)),
	})
	var sums []string
	for size := range int64(2) {
		if err := os.Truncate(filepath.Join(dir, "train/cat/2.png"), pack.MaxFile+1+size); err != nil { // takes no room on the disk
			t.Fatal(err)
		}
		set, err := strictly(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := set.Train.Picture(1); set.Train.Len() != 3 || err == nil || !strings.Contains(err.Error(), "at most") {
			t.Errorf("%d pictures, %v", set.Train.Len(), err)
		}
		sums = append(sums, set.SHA256)
	}
	if err := os.Symlink("nowhere.png", filepath.Join(dir, "train/dog/2.png")); err != nil {
		t.Fatal(err)
	}
	set, err := strictly(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Train.Picture(3); set.Train.Len() != 4 || err == nil || !strings.Contains(err.Error(), "leads nowhere") {
		t.Errorf("%d pictures, %v", set.Train.Len(), err)
	}
	if sums = append(sums, set.SHA256); sums[0] == sums[1] || sums[1] == sums[2] {
		t.Errorf("the sum is the same for other files: %v", sums)
	}
}

// What is hidden is no class and no picture. A picture that can't be decoded is one, and a class that can't be reached is a problem.
func TestStrangeFiles(t *testing.T) {
	one := pngOf(t, plain(255, 0, 0))
	dir := made(t, map[string][]byte{
		"train/cat/1.png": one, "train/dog/1.png": one, "val/cat/1.png": one, "train/README": nil,
		"train/.ipynb_checkpoints/1-checkpoint.png": one, "train/cat/.trash/2.png": one, "train/cat/._1.png": one, "train/.DS_Store": nil,
		"train/dog/2.HEIC": []byte("ftypheic"), "train/dog/3.avif": nil, "train/dog/4.jxl": nil, "train/dog/notes.txt": nil, "train/dog/5.jfif": jpegOf(t, plain(0, 0, 0)),
	})
	set, err := strictly(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Classes, []string{"cat", "dog"}) {
		t.Errorf("classes %v", set.Classes)
	}
	var names []string
	for i := range set.Train.Len() {
		state := "good"
		if _, err := set.Train.Picture(i); err != nil {
			state = "bad"
		}
		names = append(names, state+" "+filepath.Base(set.Train.Where(i)))
	}
	if want := []string{"good 1.png", "good 1.png", "bad 2.HEIC", "bad 3.avif", "bad 4.jxl", "good 5.jfif"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	set.Close()
	if err := os.Symlink("nowhere", filepath.Join(dir, "train/cow")); err != nil {
		t.Fatal(err)
	}
	if _, err := strictly(dir, nil); err == nil || !strings.Contains(err.Error(), filepath.Join("train", "cow")+": it is a link that leads nowhere") {
		t.Error(err)
	}
}

// A folder of pictures may lie elsewhere.
func TestLinkedFolders(t *testing.T) {
	one := pngOf(t, plain(255, 0, 0))
	kept := made(t, map[string][]byte{"train/cat/1.png": one, "dog/1.png": one, "val/cat/1.png": one})
	dir := t.TempDir()
	for _, link := range [][2]string{{filepath.Join(kept, "dog"), filepath.Join(kept, "train/dog")}, {filepath.Join(kept, "train"), filepath.Join(dir, "train")},
		{filepath.Join(kept, "val"), filepath.Join(dir, "val")}} {
		if err := os.Symlink(link[0], link[1]); err != nil {
			t.Fatal(err)
		}
	}
	linked := filepath.Join(t.TempDir(), "linked")
	if err := os.Symlink(dir, linked); err != nil {
		t.Fatal(err)
	}
	set, err := strictly(linked, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantLabels(t, set.Train, "0 bright 1.png", "1 bright 1.png")
	wantLabels(t, set.Test, "0 bright 1.png")
}

// A set in which something is missing is closed again.
func TestDamagedPacksAreClosed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	some := tarOf(t, map[string][]byte{"1.png": nil})
	for name, files := range map[string]map[string][]byte{
		"imagenet":         {"imagenet/train.tar": some},
		"tiny-imagenet-20": {"tiny_imagenet20/train.tar": some, "tiny_imagenet20/val.tar": some},
		"pets-3":           {"pets3/pets3.tar": some},
	} {
		dir := made(t, files)
		if _, err := Load(name, []string{dir}); err == nil {
			t.Errorf("%s: there is no error", name)
		}
		open, err := filepath.Glob("/proc/self/fd/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, descriptor := range open {
			if path, _ := os.Readlink(descriptor); strings.HasPrefix(path, dir) {
				t.Errorf("%s: %s is open still", name, path)
			}
		}
	}
}

func TestImageNet(t *testing.T) {
	index := []byte("index,wnid,name\n0,n01,tench\n1,n02,goldfish\n2,n03,shark\n")
	train := tarOf(t, map[string][]byte{
		"n03.tar": tarOf(t, map[string][]byte{"n03_9.JPEG": jpegOf(t, plain(255, 0, 0))}),
		"n01.tar": tarOf(t, map[string][]byte{"n01_2.JPEG": jpegOf(t, plain(0, 0, 0)), "n01_1.JPEG": jpegOf(t, plain(255, 0, 0))}),
	})
	dir := made(t, map[string][]byte{
		"imagenet/ILSVRC2012_img_train.tar": train, "imagenet/imagenet1k_classes.csv": index,
		"imagenet/val/n03/ILSVRC2012_val_1.JPEG": jpegOf(t, plain(0, 0, 0)), "imagenet/val/n77/ILSVRC2012_val_2.JPEG": jpegOf(t, plain(0, 0, 0)),
	})
	set, err := Load("imagenet", []string{t.TempDir(), dir})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Classes, []string{"tench", "goldfish", "shark"}) {
		t.Errorf("classes %v", set.Classes)
	}
	wantLabels(t, set.Train, "0 bright n01_1.JPEG", "0 dark n01_2.JPEG", "2 bright n03_9.JPEG")
	wantLabels(t, set.Test, "2 dark ILSVRC2012_val_1.JPEG")
	wantProblems(t, set, "n77: 1 pictures lie there, but it is none of the 3 classes", "3 classes, but the published one has 1000", "3 training pictures", "1 test pictures")
	if _, err := strictly("imagenet", []string{dir}); err == nil || !strings.Contains(err.Error(), "n77") {
		t.Error(err)
	}
}

// The validation pack of ImageNet is flat: without the classes' folders there is nothing to go by.
func TestFlatValidationPack(t *testing.T) {
	dir := made(t, map[string][]byte{
		"imagenet/train/n01/1.JPEG": jpegOf(t, plain(0, 0, 0)), "imagenet/train/n02/1.JPEG": jpegOf(t, plain(0, 0, 0)),
		"imagenet/ILSVRC2012_img_val.tar": tarOf(t, map[string][]byte{"ILSVRC2012_val_1.JPEG": jpegOf(t, plain(0, 0, 0))}),
	})
	if _, err := Load("imagenet", []string{dir}); err == nil || !strings.Contains(err.Error(), "lie in no class's folder") {
		t.Error(err)
	}
}

func TestTinyImageNet(t *testing.T) {
	dir := made(t, map[string][]byte{
		"tiny_imagenet20/words.txt": []byte("n02\treel\nn01\tEgyptian cat\n"),
		"tiny_imagenet20/train.tar.gz": gzipped(tarOf(t, map[string][]byte{
			"train/n02/images/n02_0.JPEG": jpegOf(t, plain(255, 0, 0)), "train/n01/images/n01_0.JPEG": jpegOf(t, plain(0, 0, 0)), "train/n01/n01_boxes.txt": []byte("x"),
		})),
		"tiny_imagenet20/val.tar.gz": gzipped(tarOf(t, map[string][]byte{
			"val/images/val_1.JPEG":   jpegOf(t, plain(255, 0, 0)),
			"val/val_annotations.txt": []byte("val_1.JPEG\tn02\t0\t1\t2\t3\r\nval_2.JPEG\tn01\t0\t1\t2\t3\r\nval_1.JPEG\tn99\nno tab\n"),
		})),
	})
	set, err := Load("tiny-imagenet-20", []string{dir})
	if err != nil {
		t.Fatal(err)
	}
	if set.Name != "Tiny-ImageNet-20" || !slices.Equal(set.Classes, []string{"Egyptian cat", "reel"}) {
		t.Errorf("%s has the classes %v", set.Name, set.Classes)
	}
	wantLabels(t, set.Train, "0 dark n01_0.JPEG", "1 bright n02_0.JPEG")
	wantLabels(t, set.Test, "1 bright val_1.JPEG")
	wantProblems(t, set, "line 4", "val_2.JPEG is listed, but not there", "n99", "2 classes", "2 training", "1 test")
}

func TestPets(t *testing.T) {
	files := map[string][]byte{
		"images/Abyssinian_1.jpg": jpegOf(t, plain(0, 0, 0)), "images/american_bulldog_7.jpg": jpegOf(t, plain(255, 0, 0)), "images/Bengal_3.jpg": jpegOf(t, plain(0, 0, 0)),
		"trainval.txt": []byte("# a comment\nBengal_3 3 1 2\namerican_bulldog_7 2 2 1\nAbyssinian_1 1 1 1\n"),
		"test.txt":     []byte("american_bulldog_7 2 2 1\n"),
	}
	set, err := Load("pets-3", []string{made(t, map[string][]byte{"pets3/pets3.tar": tarOf(t, files)})})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Classes, []string{"Abyssinian", "american_bulldog", "Bengal"}) {
		t.Errorf("classes %v", set.Classes)
	}
	wantLabels(t, set.Train, "2 dark Bengal_3.jpg", "1 bright american_bulldog_7.jpg", "0 dark Abyssinian_1.jpg")
	wantLabels(t, set.Test, "1 bright american_bulldog_7.jpg")
}

// Two records: the planes of the binary form become pixels.
func TestCIFARRecords(t *testing.T) {
	records := make([]byte, 2*cifarRecord)
	records[0], records[cifarRecord] = 3, 9
	records[1+5], records[1+cifarPlane+5], records[1+2*cifarPlane+5] = 10, 20, 30 // pixel 5 of the first
	pictures, err := cifarRecordsOf("made", records)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := pictures.Picture(0)
	if pictures.Len() != 2 || pictures.Label(0) != 3 || pictures.Label(1) != 9 || !slices.Equal(p.At(5, 0), []uint8{10, 20, 30}) {
		t.Errorf("%d pictures, labels %v, pixel %v", pictures.Len(), pictures.labels, p.At(5, 0))
	}
	records[0] = 10
	if _, err := cifarRecordsOf("made", records); err == nil || !strings.Contains(err.Error(), "label 10") {
		t.Error(err)
	}
}

func TestCIFARFiles(t *testing.T) {
	dir := made(t, map[string][]byte{"cifar-10-batches-bin/data_batch_1.bin": make([]byte, 100)})
	if _, err := Load("cifar10", []string{dir}); err == nil || !strings.Contains(err.Error(), "100 bytes instead of 30730000") {
		t.Error(err)
	}
	dir = made(t, map[string][]byte{"cifar10_jpeg/train/cat/0000.jpg": jpegOf(t, plain(0, 0, 0)), "cifar10_jpeg/test/dog/0000.jpg": jpegOf(t, plain(0, 0, 0))})
	set, err := Load("cifar10", []string{dir})
	if err != nil {
		t.Fatal(err)
	}
	if set.Name != "CIFAR-10-JPEG" || len(set.Classes) != 10 || set.Train.Label(0) != 3 || set.Test.Label(0) != 5 {
		t.Errorf("%s: classes %v, labels %d and %d", set.Name, set.Classes, set.Train.Label(0), set.Test.Label(0))
	}
}

// The files in full, all zeros, without taking room on the disk.
func TestCIFARBinary(t *testing.T) {
	dir := t.TempDir()
	os.MkdirAll(filepath.Join(dir, "cifar-10-batches-bin"), 0o755)
	for _, name := range []string{"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"} {
		path := filepath.Join(dir, "cifar-10-batches-bin", name+".bin")
		if err := errors.Join(os.WriteFile(path, nil, 0o644), os.Truncate(path, cifarRecords*cifarRecord)); err != nil {
			t.Fatal(err)
		}
	}
	set, err := strictly("cifar10", []string{dir})
	if err != nil || set.Name != "CIFAR-10" || set.Train.Len() != 50000 || set.Test.Len() != 10000 {
		t.Errorf("%+v, %v", set, err)
	}
}

func TestFashion(t *testing.T) {
	pixels := make([]byte, 2*28*28)
	pixels[28*28] = 200 // the first of the second picture
	files := map[string][]byte{
		"fashion-mnist/train-images-idx3-ubyte": idxOf(pixels, 2, 28, 28), "fashion-mnist/train-labels-idx1-ubyte": idxOf([]byte{7, 2}, 2),
		"fashion-mnist/t10k-images-idx3-ubyte.gz": gzipped(idxOf(pixels[:784], 1, 28, 28)), "fashion-mnist/t10k-labels-idx1-ubyte.gz": gzipped(idxOf([]byte{1}, 1)),
	}
	set, err := Load("fashion-mnist", []string{made(t, files)})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := set.Train.Picture(1)
	if set.Train.Label(0) != 7 || set.Train.Label(1) != 2 || set.Test.Len() != 1 || !slices.Equal(p.At(0, 0), []uint8{200, 200, 200}) || p.W != 28 {
		t.Error("other pictures or labels than were written")
	}
	for name, data := range map[string][]byte{
		"train-images-idx3-ubyte": idxOf(pixels[:1000], 2, 28, 28), "train-labels-idx1-ubyte": idxOf([]byte{7, 10}, 2), "t10k-labels-idx1-ubyte.gz": []byte("no gzip"),
	} {
		broken := maps.Clone(files)
		broken["fashion-mnist/"+name] = data
		if _, err := Load("fashion-mnist", []string{made(t, broken)}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnknownAndMissing(t *testing.T) {
	if _, err := Load("cifar01", nil); err == nil || !strings.Contains(err.Error(), `did you mean "cifar10"`) {
		t.Error(err)
	}
	var missing *MissingError
	if _, err := Load("imagenet", []string{t.TempDir()}); !errors.As(err, &missing) || !strings.Contains(err.Error(), "MD5 1d675b47") {
		t.Error(err)
	}
	empty := t.TempDir()
	if _, err := Load(empty, nil); err == nil || !strings.Contains(err.Error(), "no folder or tar pack train") {
		t.Error(err)
	}
	os.MkdirAll(filepath.Join(empty, "train"), 0o755)
	os.MkdirAll(filepath.Join(empty, "val"), 0o755)
	if _, err := Load(empty, nil); err == nil || !strings.Contains(err.Error(), "has no training pictures") {
		t.Error(err)
	}
}

func TestHoldOut(t *testing.T) {
	set, err := Shapes(DefaultShapes())
	if err != nil {
		t.Fatal(err)
	}
	rest, held := HoldOut(set.Train, 0.1)
	again, _ := HoldOut(set.Train, 0.1)
	count := map[int]int{}
	places := map[string]bool{}
	for i := range held.Len() {
		count[held.Label(i)]++
		places[held.Where(i)] = true
	}
	for i := range rest.Len() {
		if places[rest.Where(i)] || rest.Where(i) != again.Where(i) {
			t.Fatalf("%s is in both, or elsewhere the next time", rest.Where(i))
		}
	}
	if rest.Len()+held.Len() != set.Train.Len() || len(count) != 8 || count[0] != 25 || count[7] != 25 {
		t.Errorf("%d and %d pictures, held out by class %v", rest.Len(), held.Len(), count)
	}
}
