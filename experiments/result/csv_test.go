package result

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// finished is a record with every field of the CSV form set.
func finished(spec string, seed uint64, mse float64) *Record {
	return &Record{Spec: spec, Key: "0123456789ab", Seed: seed, Tier: "cpu", Set: []string{"model.layers=1", "data.history=96"}, Status: Done,
		Model: "TSM2", Data: Dataset{Name: "ETTh1", Source: "zhouhaoyi/ETDataset", SHA256: "f1"}, History: 512, Horizon: 96,
		Last: &Scores{MSE: mse, MAE: 0.1 * math.Pi, Windows: 2785}, Best: &Scores{MSE: 1.0 / 3, MAE: 0.4, Windows: 2785},
		Val: &Scores{MSE: 0.66, MAE: 0.5, Windows: 2785}, Parameters: 67000, Seconds: 61.25, Steps: 500, BestStep: 350, PeakRSS: 1 << 30,
		StepSeconds: 1.0 / 3, StepIQR: 1e-9 / 7, StepFLOPs: 1 << 40,
		Env: "xla:cpu, a processor, 2 cores", Versions: "go1.26.5, gomlx v0.28.4", Commit: "abc+changes", Date: "2026-11-25T03:04:05Z"}
}

func failed(spec string) *Record {
	return &Record{Spec: spec, Key: "0123456789ab", Tier: "cpu", Status: Failed, Error: "training stopped, \"NaN\"\nat step 3", Model: "TSM2"}
}

// Records come back from a file as they went in, and the same records in another order give the same bytes.
func TestCSVRoundTrip(t *testing.T) {
	records := []*Record{finished("tsm2/ETTh1/96", 1, 0.365), finished("nlinear/ETTh1/96", 0, 0.369), finished("tsm2/ETTh1/96", 0, 0.366), failed("tsm2/ETTh2/96")}
	path := filepath.Join(t.TempDir(), "table5.csv")
	if err := WriteCSV(path, "table5", records); err != nil {
		t.Fatal(err)
	}
	found, err := ReadCSV(path)
	if err != nil || len(found.Damaged) > 0 {
		t.Fatal(err, found.Damaged)
	}
	var back []*Record
	for _, run := range found.Runs {
		back = append(back, run.Record)
	}
	if want := []*Record{records[1], records[2], records[0], records[3]}; !reflect.DeepEqual(back, want) {
		t.Errorf("read back %+v, want %+v", back, want)
	}
	if found.Runs[2].Dir != path+":4" {
		t.Errorf("the third row is said to be at %s", found.Runs[2].Dir)
	}
	first, _ := os.ReadFile(path)
	slices.Reverse(records)
	if err := WriteCSV(path, "table5", records); err != nil {
		t.Fatal(err)
	}
	if second, _ := os.ReadFile(path); string(first) != string(second) {
		t.Errorf("another order of the same records gives another file:\n%s\n%s", first, second)
	}
}

// A file with a classifier's run has more columns; one without stays as it was.
func TestCSVOfClassifiers(t *testing.T) {
	classifier := finished("vim2-nano/cifar10", 0, 0)
	classifier.History, classifier.Horizon, classifier.Size, classifier.Skipped, classifier.StepWait = 0, 0, 32, 3, 1.0/7
	classifier.Last = &Scores{Top1: 2.0 / 3, Top5: 0.99, Loss: 1.1, Windows: 10000}
	classifier.Best, classifier.Val = &Scores{Top1: 0.6, Top5: 0.9, Loss: 1.2, Windows: 10000}, &Scores{Top1: 0.7, Top5: 1, Loss: 0.9, Windows: 5000}
	classifier.Sizes = []SizeScores{{Size: 16, Scores: Scores{Top1: 1.0 / 3, Top5: 0.9, Loss: 2.1, Windows: 10000}}, {Size: 96, Scores: Scores{Top1: 0.5, Top5: 1, Loss: 1, Windows: 1}}}
	classifier.Curve = []CurvePoint{{Step: 100, Loss: 2.0 / 3}, {Step: 140, Loss: 0.5, ValLoss: 0.7, ValTop1: 0.25}}
	broken := failed("vim2-nano/shapes")
	broken.Size = 32
	records := []*Record{finished("tsm2/ETTh1/96", 0, 0.366), classifier, broken}
	path := filepath.Join(t.TempDir(), "mixed.csv")
	if err := WriteCSV(path, "mixed", records); err != nil {
		t.Fatal(err)
	}
	found, err := ReadCSV(path)
	if err != nil || len(found.Damaged) > 0 {
		t.Fatal(err, found.Damaged)
	}
	for i, run := range found.Runs {
		if !reflect.DeepEqual(run.Record, records[i]) {
			t.Errorf("read back %+v, want %+v", run.Record, records[i])
		}
	}
	if err := WriteCSV(path, "plain", records[:1]); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); strings.Contains(string(text), "top1") || !strings.Contains(string(text), "\n2,plain,") {
		t.Errorf("a file without classifiers has changed:\n%s", text)
	}
	table := CompareClassifiers("", classifier, broken).Text()
	for _, words := range []string{"66.67", "99.00", "1.1000", "10000", "failed"} {
		if !strings.Contains(table, words) {
			t.Errorf("the table lacks %q:\n%s", words, table)
		}
	}
}

func TestDamagedCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table5.csv")
	if err := WriteCSV(path, "table5", []*Record{finished("tsm2/ETTh1/96", 0, 0.365)}); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(path)
	lines := strings.SplitAfter(string(whole), "\n")
	head, good := lines[0], lines[1]
	for wanted, row := range map[string]string{
		"line 3 is damaged: column test_mse holds \"oops\"": strings.Replace(good, "0.365", "oops", 1),
		"line 3 is damaged: it has 2 cells":                 "2,table5\n",
		"line 3 is damaged: its version is \"7\"":           "7" + good[1:],
		"line 3 is damaged: its status is \"don\"":          strings.Replace(good, ",done,", ",don,", 1),
		"line 3 is damaged: it is done, but has no test":    strings.Replace(good, "0.365,0.3141592653589793,2785", ",,", 1),
		"line 3 is damaged: extraneous":                     "2,\"x\n",
	} {
		if err := os.WriteFile(path, []byte(head+good+row), 0o644); err != nil {
			t.Fatal(err)
		}
		found, err := ReadCSV(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Runs) != 1 || len(found.Damaged) != 1 || !strings.Contains(found.Damaged[0].Error(), path+" "+wanted) {
			t.Errorf("%d rows, damaged: %v, want %q", len(found.Runs), found.Damaged, wanted)
		}
	}
	for _, content := range []string{"", "a,b,c\n1,2,3\n"} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadCSV(path); err == nil || !strings.Contains(err.Error(), "does not start with the columns") {
			t.Errorf("a file of other columns: %v", err)
		}
	}
}

// Folders of several machines and files merge: equal runs count once, different ones conflict, and done beats failed.
func TestLoadMerges(t *testing.T) {
	root := t.TempDir()
	here, there, file := filepath.Join(root, "here"), filepath.Join(root, "there"), filepath.Join(root, "old.csv")
	put := func(folder string, r *Record) {
		t.Helper()
		if err := r.Write(Dir(folder, r.Spec, r.Key, r.Seed)); err != nil {
			t.Fatal(err)
		}
	}
	slow := finished("tsm2/ETTh1/96", 0, 0.365)
	slow.Seconds, slow.Env = 999, "another machine"
	put(here, finished("tsm2/ETTh1/96", 0, 0.365))
	put(there, slow)                                   // the same result
	put(there, finished("tsm2/ETTh1/96", 1, 0.367))    // another seed
	put(here, finished("nlinear/ETTh1/96", 0, 0.369))  //
	put(there, finished("nlinear/ETTh1/96", 0, 0.370)) // a conflict
	put(here, failed("dlinear/ETTh1/96"))
	if err := WriteCSV(file, "table5", []*Record{finished("dlinear/ETTh1/96", 0, 0.4)}); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(here, there, file)
	if err != nil {
		t.Fatal(err)
	}
	var got []float64
	for _, r := range loaded.Records() {
		got = append(got, r.Headline().MSE)
	}
	if want := []float64{0.4, 0.369, 0.365, 0.367}; !slices.Equal(got, want) {
		t.Errorf("merged errors %v, want %v", got, want)
	}
	if len(loaded.Conflicts) != 1 {
		t.Fatalf("conflicts: %v", loaded.Conflicts)
	}
	for _, wanted := range []string{"nlinear/ETTh1/96", "seed 0", "test error 0.369 in", here, "test error 0.37 in", there} {
		if text := loaded.Conflicts[0].String(); !strings.Contains(text, wanted) {
			t.Errorf("the conflict %q does not show %q", text, wanted)
		}
	}
	kept := filepath.Join(root, "kept") // a folder of files, as experiments/results is one
	for _, name := range []string{"table5", "table7"} {
		if err := WriteCSV(filepath.Join(kept, name+".csv"), name, []*Record{finished("tsm2/ETTh1/96", 0, 0.365), finished(name+"/ETTh1/96", 0, 0.4)}); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := Load(kept); err != nil || len(found.Runs) != 3 || len(found.Conflicts) != 0 {
		t.Errorf("a folder of files: %+v, %v", found, err)
	}
	for wanted, path := range map[string]string{"there is no folder": filepath.Join(root, "none"), "neither a folder": filepath.Join(root, "x.txt")} {
		os.WriteFile(filepath.Join(root, "x.txt"), nil, 0o644)
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s: %v, want %q", path, err, wanted)
		}
	}
}

func TestFilter(t *testing.T) {
	record := finished("tsm2-linear/ETTh1/96", 3, 0.365)
	record.Model = "TSM2 without mixers"
	for text, want := range map[string]bool{
		"spec=tsm2-linear": true, "spec=tsm2": false, "spec=*/etth?/96": true, "spec=*/*/*/*": false, "model=TSM2": false, "model=tsm2*": true,
		"data=ETTh2|ETTh1": true, "horizon=96": true, "horizon=9": false, "seed=3": true, "tier=smoke|paper": false, "key=0123*": true, "history=512": true,
	} {
		filter, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if filter.Match(record) != want {
			t.Errorf("%s matches: %v, want %v", text, !want, want)
		}
	}
	for text, wanted := range map[string]string{"modle=TSM2": `did you mean "model"?`, "TSM2": "no condition", "spec=[": "close each ["} {
		if _, err := ParseFilter(text); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s: %v, want %q", text, err, wanted)
		}
	}
}

// A file with runs on sales has their WRMSSE, which is what counts of them.
func TestCSVOfSales(t *testing.T) {
	run := finished("tsm2/M5-280/28", 0, 0.8)
	run.Last, run.Best, run.Val = &Scores{MSE: 0.8, MAE: 0.5, WRMSSE: 2.0 / 3, Windows: 1}, &Scores{MSE: 0.7, MAE: 0.5, WRMSSE: 0.65, Windows: 1}, &Scores{MSE: 0.9, MAE: 0.6, WRMSSE: 0.75, Windows: 1}
	path := filepath.Join(t.TempDir(), "table6.csv")
	if err := WriteCSV(path, "table6", []*Record{run}); err != nil {
		t.Fatal(err)
	}
	found, err := ReadCSV(path)
	if err != nil || len(found.Damaged) > 0 || len(found.Runs) != 1 || !reflect.DeepEqual(found.Runs[0].Record, run) {
		t.Fatalf("read back %+v, %v", found, err)
	}
	if got := run.Outcome(); got != "WRMSSE 0.6667" || run.TestError() != 2.0/3 {
		t.Errorf("its outcome is %s, its error %v", got, run.TestError())
	}
	tables := Tables(run, finished("tsm2/ETTh1/96", 0, 0.366))
	if len(tables) != 2 || !strings.Contains(tables[1].Text(), "0.6667") || strings.Contains(tables[0].Text(), "M5-280") {
		t.Errorf("%d tables; the last is\n%s", len(tables), tables[len(tables)-1].Text())
	}
}

// A file with classifiers of pixels has what they reach for each class.
func TestCSVOfScenes(t *testing.T) {
	run := finished("vim2-nano-upernet/camvid", 0, 0)
	run.History, run.Horizon, run.Size = 0, 0, 120
	run.Last = &Scores{Top1: 0.9, Loss: 0.3, MIoU: 0.5, IoU: []ClassIoU{{"sky", 2.0 / 3}, {"road", 1.0 / 3}}, Windows: 233}
	run.Best, run.Val = run.Last, &Scores{Top1: 0.8, Loss: 0.4, MIoU: 0.25, IoU: []ClassIoU{{"sky", 0.25}}, Windows: 101}
	path := filepath.Join(t.TempDir(), "table3.csv")
	if err := WriteCSV(path, "table3", []*Record{run}); err != nil {
		t.Fatal(err)
	}
	found, err := ReadCSV(path)
	if err != nil || len(found.Damaged) > 0 || len(found.Runs) != 1 || !reflect.DeepEqual(found.Runs[0].Record, run) {
		t.Fatalf("read back %+v, %v", found, err)
	}
	if got := run.Outcome(); got != "mIoU 50.00 %" || run.TestError() != 0.5 || !run.Classifies() {
		t.Errorf("its outcome is %s, its error %v", got, run.TestError())
	}
	if tables := Tables(run); len(tables) != 1 || !strings.Contains(tables[0].Text(), "50.00") || !strings.Contains(tables[0].Text(), "mIoU") {
		t.Errorf("%d tables; the first is\n%s", len(tables), tables[0].Text())
	}
}

// A file with detectors has the precisions of boxes and masks.
func TestCSVOfObjects(t *testing.T) {
	run := finished("vim2-nano-maskrcnn/pennfudan", 0, 0)
	run.History, run.Horizon, run.Size = 0, 0, 160
	run.Last = &Scores{Loss: 0.9, Boxes: &Precision{0.25, 2.0 / 3, 0.125}, Masks: &Precision{0.2, 0.5, 0.1}, Windows: 34}
	run.Best, run.Val = run.Last, nil
	path := filepath.Join(t.TempDir(), "table4.csv")
	if err := WriteCSV(path, "table4", []*Record{run}); err != nil {
		t.Fatal(err)
	}
	found, err := ReadCSV(path)
	if err != nil || len(found.Damaged) > 0 || len(found.Runs) != 1 || !reflect.DeepEqual(found.Runs[0].Record, run) {
		t.Fatalf("read back %+v, %v", found, err)
	}
	if got := run.Outcome(); got != "box AP 25.00 %, mask AP 20.00 %" || run.TestError() != 0.75 || !run.Classifies() {
		t.Errorf("its outcome is %s, its error %v", got, run.TestError())
	}
	if tables := Tables(run); len(tables) != 1 || !strings.Contains(tables[0].Text(), "66.67") || !strings.Contains(tables[0].Text(), "mask AP") {
		t.Errorf("%d tables; the first is\n%s", len(tables), tables[0].Text())
	}
	half := *run.Last
	half.Masks = nil
	run.Last = &half
	if err := WriteCSV(path, "table4", []*Record{run}); err != nil {
		t.Fatal(err)
	}
	if found, err := ReadCSV(path); err != nil || len(found.Runs) != 0 || len(found.Damaged) != 1 || !strings.Contains(found.Damaged[0].Error(), "without that of masks") {
		t.Errorf("boxes alone are read as %+v, %v", found, err)
	}
}
