package kernel

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// HeadlessVariable tells cells whether somebody sees them: its value is "browser" or "headless".
const HeadlessVariable = "MAMBAMIXER_NOTEBOOK"

// environment is what GoNB and the cells get. Programs are found in bin first; headless kernels have no gopls.
func (s *Setup) environment(temp, bin string, headless bool) []string {
	who := "browser"
	folders := filepath.SplitList(os.Getenv("PATH"))
	if headless {
		who = "headless"
		folders = slices.DeleteFunc(folders, func(folder string) bool { return find("gopls", []string{folder}) != "" })
	}
	env := os.Environ()
	for _, setting := range s.env {
		if name, _, _ := strings.Cut(setting, "="); os.Getenv(name) == "" {
			env = append(env, setting)
		}
	}
	return append(env,
		"PATH="+strings.Join(append([]string{bin}, folders...), string(filepath.ListSeparator)),
		"TMPDIR="+temp,
		"GOPROXY=off", "GOWORK=", "GOFLAGS="+goFlags(os.Getenv("GOFLAGS")),
		"GOMLX_NO_AUTO_INSTALL=1",
		RootVariable+"="+s.Root,
		HeadlessVariable+"="+who,
	)
}

// goFlags leaves out the user's flags that name another go.mod, with which GoNB can't make its own, and has the linker
// leave out what only debuggers read.
func goFlags(users string) string {
	kept := slices.DeleteFunc(splitFlags(users), func(flag string) bool {
		name, _, _ := strings.Cut(strings.TrimLeft(strings.Trim(flag, `'"`), "-"), "=")
		return name == "mod" || name == "modfile"
	})
	if !strings.Contains(users, "-ldflags") {
		kept = append(kept, "'-ldflags=-s -w'")
	}
	return strings.Join(kept, " ")
}

// splitFlags splits at spaces outside of quotes, as Go does with $GOFLAGS.
func splitFlags(flags string) []string {
	quote := rune(0)
	return strings.FieldsFunc(flags, func(c rune) bool {
		switch {
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		}
		return quote == 0 && (c == ' ' || c == '\t' || c == '\n')
	})
}
