package fused

import (
	"fmt"
	"regexp"
	"strings"
)

// go-xla has no operation for custom calls. A graph therefore marks one as a call of a function whose name says the
// target, and the text of the program is rewritten on its way to XLA's compiler.

// callPrefix begins the name of a function that stands for a custom call; the target and a number follow.
const callPrefix = "mambamixer_call__"

// markedCall is the call of such a function in the textual form of StableHLO that go-xla writes.
var markedCall = regexp.MustCompile(`"func\.call"(\([^)]*\)) \{ callee = @` + callPrefix + `([a-z_]+)__\d+ \} : \(([^)]*)\) -> (\([^)]*\)|tensor<[^>]*>)`)

// rewrite replaces the marked calls by custom calls; changed is false if there are none.
func rewrite(program string) (rewritten string, changed bool) {
	if !strings.Contains(program, callPrefix) {
		return program, false
	}
	rewritten = markedCall.ReplaceAllStringFunc(program, func(call string) string {
		changed = true
		part := markedCall.FindStringSubmatch(call)
		args, target, operands, results := part[1], part[2], part[3], part[4]
		return fmt.Sprintf(`"stablehlo.custom_call"%s { call_target_name = "%s", api_version = 4 : i32, backend_config = {}, operand_layouts = [%s], result_layouts = [%s] } : (%s) -> %s`,
			args, target, layouts(operands), layouts(strings.Trim(results, "()")), operands, results)
	})
	return rewritten, changed
}

var tensorType = regexp.MustCompile(`tensor<([^>]*)>`)

// layouts lists a row-major layout for each tensor type.
func layouts(types string) string {
	var list []string
	for _, t := range tensorType.FindAllStringSubmatch(types, -1) {
		rank := strings.Count(t[1], "x")
		if rank == 0 {
			list = append(list, "dense<> : tensor<0xindex>")
			continue
		}
		axes := make([]string, rank)
		for i := range axes {
			axes[i] = fmt.Sprint(rank - 1 - i)
		}
		list = append(list, fmt.Sprintf("dense<[%s]> : tensor<%dxindex>", strings.Join(axes, ", "), rank))
	}
	return strings.Join(list, ", ")
}
