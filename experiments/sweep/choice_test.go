package sweep

import (
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments"
)

func TestSelect(t *testing.T) {
	count := func(names, only []string) int {
		specs, err := Select(experiments.CPU, names, only)
		if err != nil {
			t.Fatal(err)
		}
		return len(specs)
	}
	for _, test := range []struct {
		names, only []string
		want        int
	}{
		{[]string{"table7"}, nil, 24},
		{[]string{"table7", "tsm2/ETTh1/96"}, nil, 24}, // once
		{[]string{"table7"}, []string{"ETTh1,exchange"}, 12},
		{[]string{"table7"}, []string{"ETTh1", "tsm2*"}, 5},
		{[]string{"tsm2"}, []string{"ETT*"}, 16},
		{[]string{"*/ETTh?/96"}, []string{"nlinear,repeat"}, 4},
	} {
		if got := count(test.names, test.only); got != test.want {
			t.Errorf("%q only %q: %d specs, want %d", test.names, test.only, got, test.want)
		}
	}
	for _, test := range []struct {
		names, only []string
		wanted      string
	}{
		{[]string{"tabel7"}, nil, `did you mean "table7"?`},
		{[]string{"tsm2/ETTh7/96"}, nil, `did you mean "tsm2/ETTh1/96"?`},
		{[]string{"tsm2/[/96"}, nil, "close each ["},
		{[]string{"table7"}, []string{"ETTh2"}, `the word "ETTh2" of -only in its name; did you mean "ETTh1"?`},
		{[]string{"tsm2/ETTh1", "nlinear/ETTh2"}, []string{"tsm2", "ETTh1", "96", "192"}, `the word "192"`},
	} {
		if _, err := Select(experiments.CPU, test.names, test.only); err == nil || !strings.Contains(err.Error(), test.wanted) {
			t.Errorf("%q only %q: %v, want %q", test.names, test.only, err, test.wanted)
		}
	}
}

func TestGridErrors(t *testing.T) {
	for wanted, arguments := range map[string][]string{
		"it must be path=value":              {"model.layers"},
		"names model.layers twice":           {"model.layers=1", "model.layers=2"},
		`the value "1" is there twice`:       {"model.layers=1,2,1"},
		"-set model.layers=: it must be":     {"model.layers="},
		"spec nlinear/ETTh1/96 has no field": {"model.layers=1"},
		"make tsm2/ETTh1/96 and":             {"model.layers=0"},
	} {
		names := []string{"nlinear/ETTh1/96"}
		wanted := wanted
		if strings.HasPrefix(wanted, "make") {
			names, wanted = []string{"tsm2/ETTh1/96", "tsm2-linear/ETTh1/96"}, "makes tsm2/ETTh1/96 and tsm2-linear/ETTh1/96 the same experiment"
		}
		specs, err := Select(experiments.CPU, names, nil)
		if err != nil {
			t.Fatal(err)
		}
		grid, err := ParseGrid(arguments)
		if err == nil {
			_, err = grid.Apply(specs)
		}
		if err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%q: %v, want %q", arguments, err, wanted)
		}
	}
}

// The parts of a plan have every task once, are of equal size but for one task, and keep the order.
func TestShardsPartition(t *testing.T) {
	specs, err := Select(experiments.CPU, []string{"tsm2/synthetic", "nlinear/synthetic", "repeat/synthetic"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	variants, err := Grid(nil).Apply(specs)
	if err != nil {
		t.Fatal(err)
	}
	plan := func(shard Shard) []string {
		p, err := NewPlan(variants, PlanOptions{Tier: experiments.CPU, Seeds: 5, Out: "runs", Shard: shard})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, task := range p.Tasks {
			names = append(names, task.String())
		}
		return names
	}
	all := plan(Shard{})
	for _, n := range []int{1, 2, 3, 7, len(all) + 5} {
		var together []string
		for i := 1; i <= n; i++ {
			part := plan(Shard{i, n})
			if len(part) < len(all)/n || len(part) > len(all)/n+1 {
				t.Errorf("part %d of %d has %d of %d tasks", i, n, len(part), len(all))
			}
			last := -1
			for _, task := range part {
				at := slices.Index(all, task)
				if at <= last {
					t.Errorf("part %d of %d is not in the order of the plan at %s", i, n, task)
				}
				last = at
			}
			together = append(together, part...)
		}
		slices.Sort(together)
		if sorted := slices.Sorted(slices.Values(all)); !slices.Equal(together, sorted) {
			t.Errorf("%d parts together have %d tasks, want the %d of the plan, each once", n, len(together), len(all))
		}
	}
}

func TestShard(t *testing.T) {
	if s, err := ParseShard("2/8"); err != nil || s != (Shard{2, 8}) {
		t.Errorf("2/8 is read as %+v, %v", s, err)
	}
	for text, wanted := range map[string]string{"0/4": "the parts of 4 are 1/4 to 4/4", "5/4": "out of range", "1/0": "out of range", "2": "must be i/n", "a/b": "must be i/n"} {
		if _, err := ParseShard(text); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s: %v, want %q", text, err, wanted)
		}
	}
	for _, test := range []struct {
		env    map[string]string
		want   Shard
		wanted string
	}{
		{nil, Shard{}, ""},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_COUNT": "8"}, Shard{4, 8}, ""},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "15", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_STEP": "5", "SLURM_ARRAY_TASK_COUNT": "3"}, Shard{3, 3}, ""},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "3"}, Shard{}, "SLURM_ARRAY_TASK_COUNT is not set"},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "x"}, Shard{}, "not a whole number"},
		{map[string]string{"JOB_COMPLETION_INDEX": "0", "MAMBAMIXER_SHARDS": "6"}, Shard{1, 6}, ""},
		{map[string]string{"JOB_COMPLETION_INDEX": "6", "MAMBAMIXER_SHARDS": "6"}, Shard{}, "out of range"},
		{map[string]string{"JOB_COMPLETION_INDEX": "2"}, Shard{}, "MAMBAMIXER_SHARDS is not set"},
	} {
		got, err := ShardOfJob(func(name string) (string, bool) { value, found := test.env[name]; return value, found })
		if got != test.want || (err == nil) != (test.wanted == "") || err != nil && !strings.Contains(err.Error(), test.wanted) {
			t.Errorf("%v gives %+v, %v; want %+v, %q", test.env, got, err, test.want, test.wanted)
		}
	}
}
