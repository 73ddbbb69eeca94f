package sweep

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// Task is one run to be done.
type Task struct {
	Variant
	Tier experiments.Tier
	Seed uint64
	Data result.Dataset
	Key  string
	Dir  string // its folder
}

// String names the run in a line.
func (t Task) String() string {
	text := fmt.Sprintf("%s seed %d", t.Spec.Name, t.Seed)
	if len(t.Set) > 0 {
		text += " (" + strings.Join(t.Set, ", ") + ")"
	}
	return text
}

// NewTask is one run of a variant, on data that is looked for in dirs, to lie below the folder out.
func NewTask(v Variant, tier experiments.Tier, seed uint64, out string, dirs []string) (Task, error) {
	set, err := v.Spec.Data.Load(dirs)
	if err != nil {
		return Task{}, err
	}
	defer set.Close()
	task, err := newTask(v, tier, set)
	return task.at(seed, out), err
}

// newTask checks a variant against its data.
func newTask(v Variant, tier experiments.Tier, source *experiments.Source) (Task, error) {
	key, err := v.Spec.Check(tier, source)
	return Task{Variant: v, Tier: tier, Data: source.Identity, Key: key}, err
}

// at gives the task a seed and with it a folder.
func (t Task) at(seed uint64, out string) Task {
	t.Seed, t.Dir = seed, result.Dir(out, t.Spec.Name, t.Key, seed)
	return t
}

// PlanOptions says how a plan is made of variants.
type PlanOptions struct {
	Tier     experiments.Tier
	Seeds    int      // runs of each variant, with seeds from 0 on; a model that is not trained is run once
	Out      string   // folder of the runs
	DataDirs []string // where data is looked for, see ltsf.SearchPath
	Shard    Shard
	Known    []*result.Record // runs with a record here that is done are left out
}

// Plan is what a sweep has to do, in its order: the first seed of every variant, then the second, and so on.
type Plan struct {
	Tasks  []Task
	Known  int // runs left out because their results are known
	Absent []Absent
}

// Absent is a data set that is not on this machine, with the number of variants that need it and are not in the plan.
type Absent struct {
	Set      string
	Variants int
	Err      error
}

// NewPlan checks every variant against its data and names the runs. A data set that is not at hand leaves its variants
// out; if that leaves nothing, it is an error, as is a variant that doesn't fit its data.
func NewPlan(variants []Variant, o PlanOptions) (*Plan, error) {
	if o.Seeds < 1 {
		return nil, fmt.Errorf("%d seeds are nothing to run; -seeds must be 1 or more", o.Seeds)
	}
	plan := new(Plan)
	sets := map[string]*experiments.Source{}
	var firsts []Task // with seed 0
	for _, v := range variants {
		set, loaded := sets[v.Spec.Data.Set]
		if !loaded {
			var err error
			if set, err = v.Spec.Data.Load(o.DataDirs); err != nil && !experiments.IsMissing(err) {
				return nil, err
			} else if err != nil {
				plan.Absent = append(plan.Absent, Absent{Set: v.Spec.Data.Set, Err: err})
			}
			sets[v.Spec.Data.Set] = set
			if set != nil {
				defer set.Close()
			}
		}
		if set == nil {
			plan.countAbsent(v.Spec.Data.Set)
			continue
		}
		task, err := newTask(v, o.Tier, set)
		if err != nil {
			return nil, err
		}
		firsts = append(firsts, task)
	}
	if len(firsts) == 0 && len(plan.Absent) > 0 {
		return nil, fmt.Errorf("nothing can be run: %w", plan.Absent[0].Err)
	}
	for seed := range uint64(o.Seeds) {
		for _, task := range firsts {
			if seed > 0 && task.Spec.Train == nil {
				continue
			}
			plan.Tasks = append(plan.Tasks, task.at(seed, o.Out))
		}
	}
	plan.Tasks = o.Shard.of(plan.Tasks)
	plan.leaveOut(o.Known)
	return plan, nil
}

// leaveOut takes the runs that records tell the results of out of the plan.
func (p *Plan) leaveOut(known []*result.Record) {
	type run struct {
		spec, key string
		seed      uint64
	}
	done := map[run]bool{}
	for _, r := range known {
		if r.Status == result.Done {
			done[run{r.Spec, r.Key, r.Seed}] = true
		}
	}
	before := len(p.Tasks)
	p.Tasks = slices.DeleteFunc(p.Tasks, func(t Task) bool { return done[run{t.Spec.Name, t.Key, t.Seed}] })
	p.Known = before - len(p.Tasks)
}

func (p *Plan) countAbsent(set string) {
	for i := range p.Absent {
		if p.Absent[i].Set == set {
			p.Absent[i].Variants++
		}
	}
}

// StandIn exchanges each spec whose data is not at hand for the same model on the generated set, under its own name,
// and says which sets those were, and which are generated in their place. What becomes the same spec comes once. A spec that has no
// counterpart there, as one of a model of the paper's size, stays as it is.
func StandIn(specs []experiments.Spec, dirs []string) (standing []experiments.Spec, absent, generated []string, err error) {
	missing := map[string]bool{}
	seen := map[string]bool{}
	for _, spec := range specs {
		set := spec.Data.Set
		if _, known := missing[set]; !known {
			source, err := spec.Data.Load(dirs)
			if err != nil && !experiments.IsMissing(err) {
				return nil, nil, nil, err
			}
			if source != nil {
				source.Close()
			}
			missing[set] = err != nil
		}
		if missing[set] {
			if other, err := experiments.StandIn(spec); err == nil {
				absent, generated = appendNew(absent, set), appendNew(generated, other.Data.Set)
				spec = other
			}
		}
		if !seen[spec.Name] {
			seen[spec.Name] = true
			standing = append(standing, spec)
		}
	}
	return standing, absent, generated, nil
}

func appendNew(list []string, name string) []string {
	if slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// fail leaves a record of a failure that the run itself could not record, as when its process was killed.
func (t Task) fail(cause error) error {
	lock, err := train.Acquire(t.Dir)
	if err != nil {
		return err
	}
	defer lock.Release()
	if r, err := result.Read(t.Dir); err == nil && r.Status != result.Interrupted {
		return nil
	}
	record := &result.Record{Spec: t.Spec.Name, Key: t.Key, Seed: t.Seed, Tier: string(t.Tier), Set: t.Set,
		Status: result.Failed, Error: cause.Error(), Model: t.Spec.Kind, Data: t.Data,
		History: t.Spec.Data.History, Horizon: t.Spec.Data.Horizon, Size: t.Spec.Data.Size(), Date: time.Now().UTC().Format(time.RFC3339)}
	return record.Write(t.Dir)
}
