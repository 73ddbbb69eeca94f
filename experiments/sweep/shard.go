package sweep

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// Shard is part I of N of a plan, counted from 1. The zero value is all of it.
type Shard struct{ I, N int }

// ParseShard reads "2/8", the second of eight parts.
func ParseShard(text string) (Shard, error) {
	first, second, found := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(first)
	n, err2 := strconv.Atoi(second)
	if !found || err1 != nil || err2 != nil {
		return Shard{}, fmt.Errorf("-shard %s: it must be i/n, as in 2/8 for the second of eight parts", text)
	}
	if n < 1 || i < 1 || i > n {
		return Shard{}, fmt.Errorf("-shard %s is out of range: the parts of %d are 1/%d to %d/%d", text, n, n, n, n)
	}
	return Shard{i, n}, nil
}

// CountVariable tells a Kubernetes job, whose pods know their index alone, how many parts there are.
const CountVariable = "MAMBAMIXER_SHARDS"

// ShardOfJob reads the part from the environment of a job array: SLURM_ARRAY_TASK_ID with _MIN, _STEP and _COUNT of
// Slurm, or JOB_COMPLETION_INDEX of a Kubernetes indexed job with the number of completions in MAMBAMIXER_SHARDS. Without
// either it is the zero Shard. lookup is os.LookupEnv.
func ShardOfJob(lookup func(name string) (string, bool)) (Shard, error) {
	number := func(name string, fallback int) (int, error) {
		text, found := lookup(name)
		if !found || text == "" {
			return fallback, nil
		}
		value, err := strconv.Atoi(text)
		if err != nil {
			return 0, fmt.Errorf("%s is %q, which is not a whole number; give the part by -shard i/n", name, text)
		}
		return value, nil
	}
	variables := []string{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT", "JOB_COMPLETION_INDEX", CountVariable}
	fallbacks := []int{-1, 0, 1, 0, -1, 0}
	values := make([]int, len(variables))
	for i, name := range variables {
		var err error
		if values[i], err = number(name, fallbacks[i]); err != nil {
			return Shard{}, err
		}
	}
	id, least, step, count, index, shards := values[0], values[1], max(1, values[2]), values[3], values[4], values[5]
	switch {
	case id >= 0 && count > 0:
		return ParseShard(fmt.Sprintf("%d/%d", (id-least)/step+1, count))
	case id >= 0:
		return Shard{}, fmt.Errorf("SLURM_ARRAY_TASK_ID is %d, but SLURM_ARRAY_TASK_COUNT is not set; give the part by -shard i/n", id)
	case index >= 0 && shards > 0:
		return ParseShard(fmt.Sprintf("%d/%d", index+1, shards))
	case index >= 0:
		return Shard{}, fmt.Errorf("JOB_COMPLETION_INDEX is %d, but %s is not set; set it to the completions of the job, or give the part by -shard i/n", index, CountVariable)
	}
	return Shard{}, nil
}

// of keeps the tasks of the part, in their order. Tasks are dealt out in the order of a hash of their folders, so that
// the long ones, which lie at regular distances, don't all come to the same part.
func (s Shard) of(tasks []Task) []Task {
	if s.N < 2 {
		return tasks
	}
	hashes := make([]uint64, len(tasks))
	order := make([]int, len(tasks))
	for i, task := range tasks {
		h := fnv.New64a()
		fmt.Fprintf(h, "%s %s %d", task.Spec.Name, task.Key, task.Seed)
		hashes[i], order[i] = h.Sum64(), i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if hashes[a] < hashes[b] {
			return -1
		} else if hashes[a] > hashes[b] {
			return 1
		}
		return 0
	})
	var mine []int
	for position, i := range order {
		if position%s.N == s.I-1 {
			mine = append(mine, i)
		}
	}
	slices.Sort(mine)
	part := make([]Task, len(mine))
	for i, task := range mine {
		part[i] = tasks[task]
	}
	return part
}
