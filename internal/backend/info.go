package backend

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// Info describes a backend for `mambamixer doctor` and for the record of a run.
// The plugin fields are empty when the backend is not XLA.
type Info struct {
	Name          string   `json:"name"`                     // "xla" or "go"
	Description   string   `json:"description"`              // the backend's own description of itself
	XLA           bool     `json:"xla"`                      // whether graphs are compiled by XLA
	Plugin        string   `json:"plugin,omitempty"`         // PJRT plugin, such as "cpu" or "cuda"
	PluginPath    string   `json:"plugin_path,omitempty"`    // the shared library
	PluginVersion string   `json:"plugin_version,omitempty"` // PJRT C API version, major.minor
	Devices       []string `json:"devices"`                  // one description per device
}

// IsXLA tells whether b compiles graphs with XLA.
func IsXLA(b compute.Backend) bool {
	_, ok := b.(*xla.Backend)
	return ok
}

// Describe returns what there is to know about b.
func Describe(b compute.Backend) Info {
	info := Info{Name: b.Name(), Description: b.Description(), Devices: make([]string, b.NumDevices())}
	for i := range info.Devices {
		info.Devices[i] = b.DeviceDescription(compute.DeviceNum(i))
	}
	x, ok := b.(*xla.Backend)
	if !ok {
		return info
	}
	info.XLA, info.Plugin = true, x.PluginName()
	if plugin, err := pjrt.GetPlugin(x.PluginName()); err == nil {
		major, minor := plugin.Version()
		info.PluginPath, info.PluginVersion = plugin.Path(), fmt.Sprintf("%d.%d", major, minor)
	}
	return info
}

// String names the backend, its interface's version and its devices, without local paths: "xla:cpu, PJRT 0.115, 1 device".
// GPUs are named where the driver says what they are.
func (i Info) String() string {
	devices := fmt.Sprintf("%d devices", len(i.Devices))
	if len(i.Devices) == 1 {
		devices = "1 device"
	}
	if !i.XLA {
		return i.label() + ", " + devices
	}
	if model := gpuModel(); pjrt.IsCUDAName(i.Plugin) && model != "" {
		devices += ", " + model
	}
	return fmt.Sprintf("%s, PJRT %s, %s", i.label(), i.PluginVersion, devices)
}

// gpuModel is what NVIDIA's driver calls the first GPU, or "" if it doesn't say.
func gpuModel() string {
	cards, _ := filepath.Glob("/proc/driver/nvidia/gpus/*/information")
	if len(cards) == 0 {
		return ""
	}
	text, _ := os.ReadFile(cards[0])
	for line := range strings.Lines(string(text)) {
		if model, found := strings.CutPrefix(line, "Model:"); found {
			return strings.TrimSpace(model)
		}
	}
	return ""
}

// label is the name by which a user asks for the backend: "xla:cpu".
func (i Info) label() string {
	if !i.XLA {
		return i.Name
	}
	return i.Name + ":" + filepath.Base(i.Plugin)
}

// Check compiles and runs a small graph, the gradient of Σ x², and returns an error unless the result is 2x.
func Check(b compute.Backend) error {
	x := []float32{1, 2, 3}
	y, err := graph.CallOnce(b, func(x *graph.Node) *graph.Node {
		return graph.Gradient(graph.ReduceAllSum(graph.Square(x)), x)[0]
	}, x)
	if err != nil {
		return fmt.Errorf("a test graph does not run on %s: %w", b.Description(), err)
	}
	got, err := tensors.CopyFlatData[float32](y)
	if err != nil {
		return fmt.Errorf("a test graph's result cannot be read from %s: %w", b.Description(), err)
	}
	if want := []float32{2, 4, 6}; !slices.Equal(got, want) {
		return fmt.Errorf("a test graph on %s gave %v where %v is right", b.Description(), got, want)
	}
	return nil
}
