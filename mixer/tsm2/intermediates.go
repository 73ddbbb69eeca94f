package tsm2

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// Intermediate is something that the model computes on its way, by a name such as "layer0/token/forward/delta".
type Intermediate struct {
	Name string
	Axes string // what its axes are, such as "B M P D"
	Node *Node
}

// Intermediates builds the model on x [B, L, M] and returns what it computes, in the order in which it does. M are the
// variates in the order in which the model sees them, P the patches, D the width, E the inner channels and N the states. A
// token mixer has a sequence for each variate of each example, B·M of P patches; a channel mixer one for each patch, B·P
// of M variates.
func Intermediates(scope *model.Scope, c Config, x *Node, horizon int) []Intermediate {
	selections := ssm.CollectSelections(scope, x.Graph())
	out := Forecast(scope, c, x, horizon)
	list := []Intermediate{{"input", "B L M", x}, {"patches", "B M P p", out.Patches}, {"embedding", "B M P D", out.Embedding}}
	add := func(prefix, sequences string) {
		for _, path := range slices.Sorted(maps.Keys(selections)) {
			name, found := strings.CutPrefix(path, model.JoinPath(scope.Scope(), "tsm2/"+prefix)+"/")
			if !found {
				continue
			}
			s := selections[path]
			name = prefix + "/" + strings.TrimSuffix(name, "/s6")
			list = append(list, Intermediate{name + "/delta", sequences + " E", s.Delta}, Intermediate{name + "/A", "E N", s.A},
				Intermediate{name + "/B", sequences + " N", s.B}, Intermediate{name + "/C", sequences + " N", s.C},
				Intermediate{name + "/states", sequences + " E N", s.States()})
		}
	}
	for i := range c.Layers {
		layer := fmt.Sprintf("layer%d", i)
		add(layer+"/token", "B·M P")
		list = append(list, Intermediate{layer + "/token", "B M P D", out.Tokens[i]})
		add(layer+"/channel", "B·P M")
		list = append(list, Intermediate{layer + "/channel", "B M P D", out.Channels[i]})
	}
	for _, name := range slices.Sorted(maps.Keys(out.Weights)) {
		list = append(list, Intermediate{"averaging/" + name, "mixers", out.Weights[name]})
	}
	return append(list, Intermediate{"before the head", "B M P D", out.PreHead}, Intermediate{"forecast", "B H M", out.Prediction})
}
