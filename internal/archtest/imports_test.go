package archtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "mambamixer"

// rules lists what each folder may import of this project besides itself. The longest folder that holds a package
// is the one that counts. Each list is closed under import, so a rule on direct imports is one on indirect ones too.
var rules = map[string][]string{
	"ssm":        {"internal/nearest"},
	"ssm/ssmref": {},
	"mixer":      {"ssm", "internal/nearest"},
	"datasets":   {"internal/nearest"},

	"mixer/structure": {},

	"experiments":         {"ssm", "mixer", "datasets", "plots", "internal"},
	"experiments/paper":   {},
	"experiments/result":  {"internal/nearest"},
	"experiments/stats":   {},
	"experiments/tuned":   {},
	"experiments/compare": {"experiments/result", "experiments/stats"},
	"experiments/inspect": {"experiments/result", "mixer/structure", "plots"},
	"experiments/report":  {"experiments/compare", "experiments/inspect", "experiments/paper", "experiments/result", "experiments/stats", "mixer/structure", "plots"},
	"plots":               {"experiments/paper", "experiments/result", "mixer/structure"},

	"cmd":       {"ssm", "mixer", "datasets", "experiments", "plots", "notebooks", "internal"},
	"notebooks": {"ssm", "mixer", "datasets", "experiments", "plots", "internal"},
	"internal":  {"datasets", "experiments/result"},

	"notebooks/jupyter": {},
	"notebooks/ipynb":   {"experiments/result", "internal/nearest"},
	"notebooks/run":     {"experiments/result", "internal/nearest", "notebooks/ipynb", "notebooks/jupyter"},
	"notebooks/kernel":  {"experiments/result", "internal/child", "internal/nearest", "notebooks/jupyter"},

	"internal/doctor":  {"datasets", "experiments/result", "internal", "notebooks/kernel", "notebooks/jupyter", "ssm"},
	"internal/child":   {},
	"internal/nearest": {},
}

// forTests is what tests, and packages named ...test that help them, may import besides.
var forTests = []string{"internal"}

// banned are packages that nothing may import, with the reason.
var banned = map[string]string{
	"github.com/gomlx/gomlx/backends/default": "it lets a running program download plugins; open backends by internal/backend",
	"github.com/gomlx/gopjrt":                 "it is the former name of github.com/gomlx/go-xla",
}

// goPackage is the part of `go list -json` that matters here.
type goPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImportsPointOneWay(t *testing.T) {
	watchTree(t)
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...").Output()
	if err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			t.Logf("%s", exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	for list := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := list.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, violation := range p.violations() {
			t.Error(violation)
		}
	}
}

// watchTree reads every folder of the module, so that a cached result of this test is forgotten when a file changes:
// what a child process such as `go list` reads does not count for that.
func watchTree(t *testing.T) {
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if name := entry.Name(); err == nil && entry.IsDir() && name[0] == '.' && name != ".." {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// violations returns a sentence for each import of p that no rule allows.
func (p goPackage) violations() (list []string) {
	folder, allowed, ok := rule(p.ImportPath)
	if !ok {
		return []string{fmt.Sprintf("no rule says what %s may import: add its folder to docs/architecture.md and to this test", p.ImportPath)}
	}
	testAllowed := slices.Concat(allowed, forTests)
	if strings.HasSuffix(p.ImportPath, "test") {
		allowed = testAllowed
	}
	check := func(imports, allowed []string, who string) {
		for _, imported := range imports {
			if why, found := ban(imported); found {
				list = append(list, fmt.Sprintf("%s imports %s: %s", who, imported, why))
			}
			if inside(imported, module) && !slices.ContainsFunc(allowed, func(dir string) bool {
				return inside(imported, module+"/"+dir)
			}) {
				list = append(list, fmt.Sprintf("%s imports %s, but %s may import only: %s",
					who, imported, folder, strings.Join(allowed, ", ")))
			}
		}
	}
	check(p.Imports, allowed, p.ImportPath)
	check(slices.Concat(p.TestImports, p.XTestImports), testAllowed, "a test of "+p.ImportPath)
	return list
}

// rule finds the folder whose rule counts for a package, and what may be imported there: the folder itself too.
func rule(importPath string) (folder string, allowed []string, ok bool) {
	for dir := range rules {
		if inside(importPath, module+"/"+dir) && len(dir) > len(folder) {
			folder = dir
		}
	}
	allowed, ok = rules[folder]
	return folder, append([]string{folder}, allowed...), ok
}

func ban(imported string) (why string, found bool) {
	for path, why := range banned {
		if inside(imported, path) {
			return why, true
		}
	}
	return "", false
}

// inside tells whether an import path is dir or below it.
func inside(importPath, dir string) bool {
	return importPath == dir || strings.HasPrefix(importPath, dir+"/")
}

// TestRules shows the guard at work on imports that must and must not pass.
func TestRules(t *testing.T) {
	for _, test := range []struct {
		from, to string
		inTest   bool
		want     string // part of the violation, "" for none
	}{
		{from: "mixer/tsm2", to: "mambamixer/ssm"},
		{from: "ssm", to: "mambamixer/mixer", want: "mambamixer/ssm imports mambamixer/mixer"},
		{from: "ssm/ssmref", to: "mambamixer/ssm", want: "ssm/ssmref may import only"},
		{from: "ssm", to: "mambamixer/ssm/ssmref", inTest: true},
		{from: "ssm", to: "mambamixer/internal/backend", want: "internal/backend"},
		{from: "ssm", to: "mambamixer/internal/backend", inTest: true},
		{from: "mixer/internal/graphtest", to: "mambamixer/internal/backend"},
		{from: "datasets/ltsf", to: "mambamixer/mixer", want: "datasets may import only"},
		{from: "plots", to: "mambamixer/experiments/train", want: "plots may import only"},
		{from: "plots", to: "mambamixer/experiments/result"},
		{from: "experiments/result", to: "mambamixer/experiments", want: "experiments/result may import only"},
		{from: "cmd/mambamixer", to: "mambamixer/experiments"},
		{from: "notebooks/nb", to: "mambamixer/experiments"},
		{from: "notebooks/run", to: "mambamixer/experiments", want: "notebooks/run may import only"},
		{from: "cmd/mambamixer", to: "github.com/gomlx/gomlx/backends/default", want: "download"},
		{from: "elsewhere", to: "fmt", want: "no rule"},
	} {
		p := goPackage{ImportPath: module + "/" + test.from, Imports: []string{test.to}}
		if test.inTest {
			p.Imports, p.XTestImports = nil, p.Imports
		}
		got := strings.Join(p.violations(), "\n")
		if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s imports %s (test: %v): want %q, got %q", test.from, test.to, test.inTest, test.want, got)
		}
	}
}
