package report

import (
	"slices"
	"testing"
)

func TestMachine(t *testing.T) {
	for env, want := range map[string]string{
		"xla:cpu, PJRT 0.115, 1 device, AMD EPYC, 1 cores, 24 GiB, linux/amd64, go1.26.8":                                                  "AMD EPYC",
		"xla:xla_cuda_plugin.so, PJRT 0.115, 2 devices, NVIDIA H200, Intel(R) Xeon(R) Processor, 16 cores, 126 GiB, linux/amd64, go1.26.8": "NVIDIA H200 beside Intel(R) Xeon(R) Processor",
		"another machine": "another machine",
		"":                "a machine that was not recorded",
	} {
		if got := machine(env); got != want {
			t.Errorf("%q is %q, want %q", env, got, want)
		}
	}
}

// The table names the models by machine, the one with the most runs first, and counts a run once.
func TestMachinesNote(t *testing.T) {
	in := input("table5", cellOf("TSM2", "ETTh1", 96, 0.36, 0.37), cellOf("NLinear", "ETTh1", 96, 0.37), cellOf("PatchTST", "ETTh1", 96, 0.37))
	in.Studies[0].Cells[2].Runs[0].Env = "xla:cuda, NVIDIA H200, a processor, 2 cores"
	again := in.Studies[0].Cells[1]
	again.Row = "again"
	in.Studies[0].Cells = append(in.Studies[0].Cells, again)
	want := "Where the models were run, with the number of runs: on a processor TSM2 (2) and NLinear (1); on NVIDIA H200 beside a processor PatchTST (1)."
	if notes := New(in).table(t, "table5-models").Notes; !slices.Contains(notes, want) {
		t.Errorf("notes %q", notes)
	}
}
