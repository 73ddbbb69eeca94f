package nb

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
)

// asCell, set in the environment, makes the test binary the program of a cell.
const asCell = "MAMBAMIXER_TEST_AS_CELL"

func TestMain(m *testing.M) {
	switch os.Getenv(asCell) {
	case "table":
		t := &result.Table{Columns: []result.Column{{Name: "model"}}}
		t.Add("TSM2")
		Table(t)
	case "fails":
		Must(0, errors.New("the series is empty"))
	case "unfinished":
		Finished(Must(experiments.Find("nlinear/synthetic/96")))
	case "foreign":
		spec := Must(experiments.Find("nlinear/synthetic/96"))
		spec.Name = "tsm2/synthetic/96"
		Train(spec)
	case "interrupted":
		ctx, _ := interruptible()
		fmt.Println("ready")
		<-ctx.Done()
		fmt.Println("asked to stop")
		time.Sleep(time.Minute)
	case "value":
		new(Inside).Value("delta")
	case "progress":
		var bar Progress
		bar.Set(1, 2, "half")
		bar.End("done")
	case "picture":
		Picture("absent.png")
	default:
		os.Exit(m.Run())
	}
}

// TestOutsideOfANotebook runs what a cell may call as a plain program.
func TestOutsideOfANotebook(t *testing.T) {
	for _, test := range []struct {
		call, want string
		code       int
	}{
		{"table", "model\n-----\nTSM2", 0},
		{"fails", "the series is empty\n", 1},
		{"unfinished", "nlinear/synthetic/96 seed 0 is not done at the tier cpu: run the cell that trains it first\n", 1},
		{"foreign", "spec tsm2/synthetic/96 differs from tsm2/synthetic/96 in more than fields", 1},
		{"value", "the model computes no \"delta\"\n", 1},
		{"progress", "done\n", 0},
		{"picture", "cannot read absent.png: there is no such file\n", 1},
	} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asCell+"="+test.call, "MAMBAMIXER_TIER=", "MAMBAMIXER_RUNS="+t.TempDir())
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != test.code || !strings.HasPrefix(string(out), test.want) {
			t.Errorf("%s: exit code %d, %q; want %q", test.call, code, out, test.want)
		}
	}
}

// TestInterruptedTwice interrupts a cell that waits for a run to stop. It ends, with a word on the run.
func TestInterruptedTwice(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asCell+"=interrupted")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	lines := bufio.NewScanner(out)
	for _, want := range []string{"ready", "asked to stop"} {
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("%q, want %q", lines.Text(), want)
		}
		cmd.Process.Signal(os.Interrupt)
	}
	cmd.Wait()
	if took := time.Since(begin); cmd.ProcessState.ExitCode() != 1 || took > patience || !strings.Contains(stderr.String(), "running this cell again goes on from there") {
		t.Errorf("exit code %d after %v: %s", cmd.ProcessState.ExitCode(), took, &stderr)
	}
}

func TestRuns(t *testing.T) {
	t.Setenv("MAMBAMIXER_RUNS", "")
	t.Setenv("MAMBAMIXER_ROOT", "")
	if got := Runs(); got != "runs" {
		t.Errorf("outside of a notebook: %s", got)
	}
	t.Setenv("MAMBAMIXER_ROOT", "/module")
	if got := Runs(); got != filepath.Join("/module", "runs") {
		t.Errorf("in a notebook: %s", got)
	}
	t.Setenv("MAMBAMIXER_RUNS", "/elsewhere")
	if got := Runs(); got != "/elsewhere" {
		t.Errorf("where the user says: %s", got)
	}
}

// TestTier takes the tier from the environment.
func TestTier(t *testing.T) {
	t.Setenv("MAMBAMIXER_TIER", "")
	if got := Tier(); got != experiments.CPU {
		t.Errorf("without a word: %s", got)
	}
	t.Setenv("MAMBAMIXER_TIER", "smoke")
	if got := Tier(); got != experiments.Smoke {
		t.Errorf("as the user says: %s", got)
	}
}

// TestLoad loads what is kept with the code, and a run of one's own beside it.
func TestLoad(t *testing.T) {
	t.Setenv("MAMBAMIXER_ROOT", "../..")
	t.Setenv("MAMBAMIXER_RUNS", filepath.Join(t.TempDir(), "runs"))
	kept := Load("table7")
	at := slices.IndexFunc(kept.Cells, func(c result.Cell) bool { return c.Spec == "tsm2/ETTh1/96" })
	if at < 0 || len(kept.Cells[at].Runs) == 0 || len(kept.Records) == 0 || len(kept.Rows) == 0 {
		t.Fatalf("%d cells, %d records, %d rows", len(kept.Cells), len(kept.Records), len(kept.Rows))
	}
	runs := kept.Cells[at].Runs
	own := *runs[0]
	own.Seed = 99
	if err := own.Write(result.Dir(Runs(), own.Spec, own.Key, own.Seed)); err != nil {
		t.Fatal(err)
	}
	if again := Load("table7").Cells[at].Runs; len(again) != len(runs)+1 || again[len(runs)].Seed != 99 {
		t.Errorf("with a run of one's own there are %d of %s, before %d", len(again), own.Spec, len(runs))
	}
}

// TestSmall draws many colours and few.
func TestSmall(t *testing.T) {
	wide := image.NewRGBA(image.Rect(0, 0, 1600, 100))
	for i := range wide.Pix {
		wide.Pix[i] = byte(i * i >> 8)
	}
	flat := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for i := range flat.Pix {
		flat.Pix[i] = 0xff
	}
	flat.Set(3, 4, color.RGBA{R: 0x12, G: 0x34, B: 0x56, A: 0xff})
	for _, test := range []struct {
		picture image.Image
		size    image.Point
	}{{wide, image.Pt(800, 50)}, {flat, image.Pt(40, 20)}} {
		var full bytes.Buffer
		if err := png.Encode(&full, test.picture); err != nil {
			t.Fatal(err)
		}
		reduced, err := small(full.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(reduced))
		if err != nil {
			t.Fatal(err)
		}
		if _, paletted := got.(*image.Paletted); !paletted || got.Bounds().Size() != test.size {
			t.Errorf("the picture became a %T of the size %v, want %v", got, got.Bounds().Size(), test.size)
		}
		if test.picture == flat {
			if c := color.RGBAModel.Convert(got.At(3, 4)); c != flat.At(3, 4) {
				t.Errorf("a dot of another colour became %v", c)
			}
		}
	}
	if _, err := small([]byte("no picture")); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("what is no picture: %v", err)
	}
}

// TestBlocks looks at how often something is shown: where nobody looks on, at the end alone.
func TestBlocks(t *testing.T) {
	for _, test := range []struct {
		who  string
		want []bool
	}{{"browser", []bool{true, false, true}}, {"headless", []bool{false, false, true}}} {
		t.Setenv("MAMBAMIXER_NOTEBOOK", test.who)
		var b block
		if got := []bool{b.due(false), b.due(false), b.due(true)}; !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.who, got, test.want)
		}
	}
}
