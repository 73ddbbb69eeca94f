package fused

import (
	"strings"
	"testing"

	"mambamixer/internal/backend"
)

func TestAvailable(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	if !backend.IsXLA(b) {
		t.Skip("needs the XLA backend; `make setup` installs it")
	}
	if err := Available(b); err != nil {
		t.Fatal(err)
	}
	if err := selfTest(b); err != nil {
		t.Error(err)
	}
}

func TestRewrite(t *testing.T) {
	marked := `%3:2 = "func.call"(%0, %1, %2) { callee = @mambamixer_call__mambamixer_scan_forward__17 } : (tensor<3xi32>, tensor<2x5x8xf32>, tensor<f32>) -> (tensor<2x5x8xf32>, tensor<7xf32>)`
	got, changed := rewrite("a\n" + marked + "\nb")
	want := `%3:2 = "stablehlo.custom_call"(%0, %1, %2) { call_target_name = "mambamixer_scan_forward", api_version = 4 : i32, backend_config = {}, ` +
		`operand_layouts = [dense<[0]> : tensor<1xindex>, dense<[2, 1, 0]> : tensor<3xindex>, dense<> : tensor<0xindex>], ` +
		`result_layouts = [dense<[2, 1, 0]> : tensor<3xindex>, dense<[0]> : tensor<1xindex>] } : ` +
		`(tensor<3xi32>, tensor<2x5x8xf32>, tensor<f32>) -> (tensor<2x5x8xf32>, tensor<7xf32>)`
	if !changed || got != "a\n"+want+"\nb" {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	single := strings.Replace(marked, "(tensor<2x5x8xf32>, tensor<7xf32>)", "tensor<2x5x8xf32>", 1)
	if got, _ := rewrite(single); !strings.Contains(got, "result_layouts = [dense<[2, 1, 0]> : tensor<3xindex>]") {
		t.Errorf("one result: %s", got)
	}
	for _, other := range []string{"", `"func.call"(%0) { callee = @f } : (tensor<f32>) -> tensor<f32>`} {
		if got, changed := rewrite(other); changed || got != other {
			t.Errorf("%q was changed to %q", other, got)
		}
	}
}
