package experiments

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"mambamixer/internal/nearest"
)

// Set returns a copy of the spec with the field at path, written in the names of the JSON form, set to value:
// Set("model.layers", "4"). Elements of lists are numbered: train.groups.0.lr_scale.
//
// An unknown path is an error that offers the nearest one; a value of the wrong type is an error that names the type.
func (s Spec) Set(path, value string) (Spec, error) {
	s = s.clone()
	// The model is behind an interface, whose content can't be set in place.
	modelCopy := reflect.New(reflect.TypeOf(s.Model)).Elem()
	modelCopy.Set(reflect.ValueOf(s.Model))
	detach(modelCopy)
	fields := map[string]reflect.Value{}
	collect(reflect.ValueOf(&s).Elem(), "", fields)
	delete(fields, "name")
	delete(fields, "kind")
	collect(modelCopy, "model", fields)

	field, found := fields[path]
	if !found {
		return s, fmt.Errorf("spec %s has no field %q%s", s.Name, path, nearest.Hint(path, sortedKeys(fields)))
	}
	if err := parseInto(field, value); err != nil {
		return s, fmt.Errorf("field %s of spec %s: %w", path, s.Name, err)
	}
	s.Model = modelCopy.Interface()
	return s, nil
}

// SetAll makes changes of the form path=value, and returns those that changed something: they belong into the record of
// a run. A change to the value that the spec has is none.
func (s Spec) SetAll(changes []string) (changed Spec, effective []string, err error) {
	changed = s
	for _, change := range changes {
		path, value, found := strings.Cut(change, "=")
		if !found {
			return s, nil, fmt.Errorf("%q is no change of a spec; write path=value", change)
		}
		if changed, err = changed.Set(path, value); err != nil {
			return s, nil, err
		}
		alone, err := s.Set(path, value)
		if err == nil && !sameContent(alone, s) {
			effective = append(effective, change)
		}
	}
	return changed, effective, nil
}

// ChangesFrom gives the changes, path=value, that make this spec of another one. There are none that do if the two differ in
// more than the values of fields, such as in the kind of model: that is an error.
func (s Spec) ChangesFrom(other Spec) ([]string, error) {
	from, to := other.leaves(), s.leaves()
	var changes []string
	for _, path := range sortedKeys(to) {
		value := to[path]
		if old, found := from[path]; found && reflect.DeepEqual(old.Interface(), value.Interface()) {
			continue
		}
		if value.Kind() == reflect.Pointer {
			if value.IsNil() {
				continue
			}
			value = value.Elem()
		}
		changes = append(changes, fmt.Sprintf("%s=%v", path, value.Interface()))
	}
	made, _, err := other.SetAll(changes)
	if err != nil || !sameContent(made, s) {
		return nil, fmt.Errorf("spec %s differs from %s in more than fields that can be set one by one, such as model.layers", s.Name, other.Name)
	}
	return changes, nil
}

// leaves gives the fields that Set takes, for reading.
func (s Spec) leaves() map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	collect(reflect.ValueOf(&s).Elem(), "", fields)
	delete(fields, "name")
	delete(fields, "kind")
	return fields
}

// Paths lists the fields that Set takes, in alphabetical order.
func (s Spec) Paths() []string { return sortedKeys(s.leaves()) }

// collect fills fields with the settable leaves of v by path.
func collect(v reflect.Value, path string, fields map[string]reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() != reflect.Struct {
			fields[path] = v // an optional value
		} else if !v.IsNil() {
			collect(v.Elem(), path, fields)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			switch {
			case name == "-":
			case field.Anonymous:
				collect(v.Field(i), path, fields)
			default:
				collect(v.Field(i), join(path, name), fields)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			collect(v.Index(i), join(path, strconv.Itoa(i)), fields)
		}
	default:
		fields[path] = v
	}
}

// detach gives the lists in v copies of their own, so that they can be set.
func detach(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				detach(v.Field(i))
			}
		}
	case reflect.Slice:
		copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(copied, v)
		v.Set(copied)
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// parseInto sets a leaf from text.
func parseInto(field reflect.Value, text string) error {
	switch field.Kind() {
	case reflect.Pointer:
		value := reflect.New(field.Type().Elem())
		if err := parseInto(value.Elem(), text); err != nil {
			return err
		}
		field.Set(value)
	case reflect.String:
		field.SetString(text)
	case reflect.Bool:
		value, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		field.SetBool(value)
	case reflect.Int, reflect.Int64:
		value, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		field.SetInt(value)
	case reflect.Float64:
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		field.SetFloat(value)
	default:
		return fmt.Errorf("a %s can't be set from the command line", field.Type())
	}
	return nil
}

func sortedKeys(fields map[string]reflect.Value) []string {
	keys := make([]string, 0, len(fields))
	for key := range fields {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
