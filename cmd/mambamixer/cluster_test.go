package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const clusterDocs = "../../docs/cluster"

// onPath gives an environment in which `mambamixer` is this program, with more arguments at its end.
func onPath(t *testing.T, more string) []string {
	t.Helper()
	bin := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\n%s=1 exec '%s' \"$@\" %s\n", asCommand, os.Args[0], more)
	if err := os.WriteFile(filepath.Join(bin, "mambamixer"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "MAMBAMIXER_DATA=", "XDG_DATA_HOME="+t.TempDir())
}

// succeeds runs a command and returns its output, stderr and stdout together.
func succeeds(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command("/usr/bin/env", append([]string{name}, args...)...) // env looks for it in the command's own PATH
	cmd.Dir, cmd.Env = dir, env
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, output)
	}
	return string(output)
}

// planned gives the runs that -dry lists.
func planned(output string) []string { return regexp.MustCompile(`runs/\S+`).FindAllString(output, -1) }

// small is a sweep of four short runs on the generated set.
const small = "-only nlinear,dlinear -tier smoke -seeds 2 -stand-in"

// merges copies run folders together, and exports them.
func merges(t *testing.T, folders []string) {
	t.Helper()
	merged, env := t.TempDir(), onPath(t, "")
	for _, folder := range folders {
		if err := os.CopyFS(filepath.Join(merged, "runs"), os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
	}
	if output := succeeds(t, merged, env, "mambamixer", "results", "check", "runs"); !strings.Contains(output, "4 runs: 4 done") {
		t.Errorf("after merging: %s", output)
	}
	if output := succeeds(t, merged, env, "mambamixer", "results", "export", "table5", "-tier", "smoke"); !strings.Contains(output, "4 rows") {
		t.Errorf("exported: %s", output)
	}
}

// The Slurm script does all of a sweep in as many parts as its array has, into folders that merge by copying.
func TestClusterSlurm(t *testing.T) {
	script, err := filepath.Abs(filepath.Join(clusterDocs, "slurm.sh"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	var count int
	if _, err := fmt.Sscanf(string(regexp.MustCompile(`#SBATCH --array=1-\d+`).Find(text)), "#SBATCH --array=1-%d", &count); err != nil {
		t.Fatalf("the script asks for no array from 1 on: %v", err)
	}
	task := func(env []string, id, count int) []string {
		return append(env, fmt.Sprintf("SLURM_ARRAY_TASK_ID=%d", id), "SLURM_ARRAY_TASK_MIN=1", fmt.Sprintf("SLURM_ARRAY_TASK_COUNT=%d", count))
	}
	// As it is: its parts are the whole.
	dir, env := t.TempDir(), onPath(t, "-stand-in -dry")
	whole := planned(succeeds(t, dir, env, "mambamixer", "sweep", "table5", "-only", "ETTh1", "-seeds", "5"))
	var parts []string
	for id := 1; id <= count; id++ {
		parts = append(parts, planned(succeeds(t, dir, task(env, id, count), "sh", script))...)
	}
	if slices.Sort(whole); len(whole) == 0 || !slices.Equal(whole, slices.Sorted(slices.Values(parts))) {
		t.Errorf("%d parts have %d runs, the whole has %d", count, len(parts), len(whole))
	}
	// With arguments, small enough to be run.
	var folders []string
	for id := 1; id <= 2; id++ {
		folder := filepath.Join(t.TempDir(), "runs")
		output := succeeds(t, dir, task(onPath(t, small), id, 2), "sh", script, "table5", "-only", "ETTh1", "-out", folder)
		if !strings.Contains(output, fmt.Sprintf("part %d of 2: 2 runs", id)) {
			t.Errorf("task %d: %s", id, output)
		}
		folders = append(folders, folder)
	}
	merges(t, folders)
}

// job is what matters here of a Kubernetes Job.
type job struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		CompletionMode           string `yaml:"completionMode"`
		Completions, Parallelism int
		BackoffLimit             int `yaml:"backoffLimit"`
		Template                 struct {
			Spec struct {
				RestartPolicy   string         `yaml:"restartPolicy"`
				GracePeriod     int            `yaml:"terminationGracePeriodSeconds"`
				SecurityContext map[string]int `yaml:"securityContext"`
				Containers      []struct {
					Name, Image   string
					Command, Args []string
					Env           []struct{ Name, Value string }
					Resources     map[string]map[string]string
					VolumeMounts  []struct {
						Name      string
						MountPath string `yaml:"mountPath"`
						ReadOnly  bool   `yaml:"readOnly"`
					} `yaml:"volumeMounts"`
				}
				Volumes []volume
			}
		}
	}
}

type volume struct {
	Name  string
	Claim struct {
		Name string `yaml:"claimName"`
	} `yaml:"persistentVolumeClaim"`
}

// The Kubernetes manifest is an indexed Job whose pods do all of a sweep, each its part.
func TestClusterKubernetes(t *testing.T) {
	file, err := os.Open(filepath.Join(clusterDocs, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var j job
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	if err := decoder.Decode(&j); err != nil {
		t.Fatal(err)
	}
	pod := j.Spec.Template.Spec
	if j.APIVersion != "batch/v1" || j.Kind != "Job" || j.Spec.CompletionMode != "Indexed" || len(pod.Containers) != 1 {
		t.Fatalf("not an indexed Job of one container: %+v", j)
	}
	c := pod.Containers[0]
	for _, mount := range c.VolumeMounts {
		if !slices.ContainsFunc(pod.Volumes, func(v volume) bool { return v.Name == mount.Name && v.Claim.Name != "" }) {
			t.Errorf("there is no volume %s", mount.Name)
		}
	}
	pods := func(more string) (env []string) {
		env = onPath(t, more)
		for _, variable := range c.Env {
			env = append(env, variable.Name+"="+variable.Value)
		}
		return env
	}
	words := slices.Concat(c.Command, c.Args)
	run := func(env []string, index int) string {
		return succeeds(t, t.TempDir(), append(env, fmt.Sprintf("JOB_COMPLETION_INDEX=%d", index)), words[0], words[1:]...)
	}
	env := pods("-stand-in -dry -out runs")
	var parts []string
	for index := range j.Spec.Completions {
		output := run(env, index)
		if wanted := fmt.Sprintf("part %d of %d: ", index+1, j.Spec.Completions); !strings.Contains(output, wanted) {
			t.Errorf("pod %d doesn't say %q:\n%s", index, wanted, output)
		}
		parts = append(parts, planned(output)...)
	}
	whole := planned(succeeds(t, t.TempDir(), onPath(t, "-stand-in -dry"), words[0], slices.Concat(words[1:], []string{"-out", "runs"})...))
	if slices.Sort(whole); len(whole) == 0 || !slices.Equal(whole, slices.Sorted(slices.Values(parts))) {
		t.Errorf("%d pods have %d runs, the whole has %d", j.Spec.Completions, len(parts), len(whole))
	}
	folder := filepath.Join(t.TempDir(), "runs")
	for index := range j.Spec.Completions {
		run(pods(small+" -out "+folder), index)
	}
	merges(t, []string{folder})
}
