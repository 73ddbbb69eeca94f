package ipynb

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// jupyter is a notebook as JupyterLab saved it, after a run with times, a copied cell and an old one without id.
const jupyter = `{"nbformat_minor": 5, "nbformat": 4,
"metadata": {"widgets": {"state": {}}, "kernelspec": {"name": "mambamixer"},
 "language_info": {"name": "go", "version": "go1.26.8", "pygments_lexer": ""}},
"cells": [
 {"cell_type": "markdown", "id": "intro", "metadata": {}, "source": "# Title\n<b> & more",
  "attachments": {"a.png": {"image/png": "AAAA"}}},
 {"cell_type": "code", "id": "same", "metadata": {"tags": ["live"], "execution": {"iopub.execute_input": "2026"}},
  "source": ["%%\n", "f()"], "execution_count": 7, "outputs": [
   {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]},
   {"output_type": "display_data", "data": {"text/html": ["<b>\n", "x"], "image/png": "BBBB", "application/json": [1, 2]}, "metadata": {}},
   {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]}]},
 {"cell_type": "code", "id": "same", "metadata": {}, "source": "", "execution_count": null, "outputs": []},
 {"cell_type": "code", "metadata": {}, "source": "", "execution_count": null, "outputs": []}
]}`

const written = `{
 "cells": [
  {
   "attachments": {
    "a.png": {
     "image/png": "AAAA"
    }
   },
   "cell_type": "markdown",
   "id": "intro",
   "metadata": {},
   "source": [
    "# Title\n",
    "<b> & more"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 7,
   "id": "same",
   "metadata": {
    "tags": [
     "live"
    ]
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "1\n",
      "2\n"
     ]
    },
    {
     "data": {
      "application/json": [
       1,
       2
      ],
      "image/png": "BBBB",
      "text/html": [
       "<b>\n",
       "x"
      ]
     },
     "metadata": {},
     "output_type": "display_data"
    },
    {
     "ename": "E",
     "evalue": "v",
     "output_type": "error",
     "traceback": [
      "t"
     ]
    }
   ],
   "source": [
    "%%\n",
    "f()"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "b57b236c",
   "metadata": {},
   "outputs": [],
   "source": []
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "b57b236c-2",
   "metadata": {},
   "outputs": [],
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "name": "mambamixer"
  },
  "language_info": {
   "name": "go"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "n.ipynb")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFile(t *testing.T) {
	path := file(t, jupyter)
	n, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	cell := n.Cells[1]
	if !cell.Tagged("live") || cell.Tagged("other") || n.Cells[2].Tagged("live") {
		t.Error("tags are wrong")
	}
	if cell.Source != "%%\nf()" || cell.Outputs[0].Text != "1\n2\n" || cell.Outputs[1].Data["text/html"] != "<b>\nx" {
		t.Errorf("lines are not joined: %+v", cell)
	}
	if err := n.Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != written {
		t.Errorf("wrote\n%s", got)
	}
	again, err := Read(path)
	if err != nil || !reflect.DeepEqual(n, again) {
		t.Errorf("read back %+v, %v", again, err)
	}
	n.Clear()
	if cell.Outputs != nil || cell.Count != 0 {
		t.Error("outputs are left")
	}
}

func TestDamaged(t *testing.T) {
	for content, want := range map[string]string{
		"":                                  "damaged at line 1",
		"{\n\"cells\": [,]}":                "damaged at line 2",
		`{"nbformat": 3, "worksheets": []}`: "nbformat is 3",
		`{"nbformat": 4, "cells": [{"cell_type": "heading"}]}`: `"heading"`,
	} {
		if _, err := Read(file(t, content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", content, err)
		}
	}
	if _, err := Read("absent.ipynb"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("absent: %v", err)
	}
}
