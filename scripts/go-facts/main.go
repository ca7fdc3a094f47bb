// Prints, for every struct of the Kubernetes API that has a protobuf form, what the OpenAPI document does not say: each field's
// JSON name ("" when it is inlined) and when its zero value is written. scripts/generate-api.ts reads the output.
//
// Presence: o = dropped when zero (omitempty value), p = dropped when nil (omitempty pointer), a = always written,
// n = always written and null when nil, s = a struct that is always written, z = a struct dropped when zero (omitzero).
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

type field = [3]any

var facts = map[string]map[string][]field{}

func packageName(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, "/", "."), "-", "_")
}

func presence(t reflect.Type, tag string) string {
	omitEmpty, omitZero := strings.Contains(tag, ",omitempty"), strings.Contains(tag, ",omitzero")
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		if omitEmpty {
			return "p"
		}
		return "n"
	case reflect.Struct:
		if omitZero {
			return "z"
		}
		return "s"
	case reflect.Slice, reflect.Map:
		if omitEmpty {
			return "o"
		}
		return "n"
	}
	if omitEmpty || omitZero {
		return "o"
	}
	return "a"
}

func walk(t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		walk(t.Elem())
		return
	case reflect.Struct:
	default:
		return
	}
	if !strings.HasPrefix(t.PkgPath(), "k8s.io/") {
		return
	}
	pkg := packageName(t.PkgPath())
	if facts[pkg] == nil {
		facts[pkg] = map[string][]field{}
	}
	if _, seen := facts[pkg][t.Name()]; seen {
		return
	}
	facts[pkg][t.Name()] = []field{}
	fields := []field{}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("protobuf")
		if parts := strings.Split(tag, ","); len(parts) > 1 {
			number, _ := strconv.Atoi(parts[1])
			jsonTag := f.Tag.Get("json")
			name := strings.Split(jsonTag, ",")[0]
			if name == "-" {
				name = f.Name
			}
			fields = append(fields, field{number, name, presence(f.Type, jsonTag)})
		}
		walk(f.Type)
	}
	facts[pkg][t.Name()] = fields
}

func main() {
	_ = apiextensions.AddToScheme(scheme.Scheme)
	_ = apiregistration.AddToScheme(scheme.Scheme)
	for gvk, t := range scheme.Scheme.AllKnownTypes() {
		if gvk.Version == "v1" || gvk.Version == "v2" || strings.HasPrefix(gvk.Kind, "MutatingAdmissionPolicy") {
			walk(t)
		}
	}
	for _, v := range []any{meta.APIGroupList{}, meta.APIResourceList{}, meta.APIVersions{}, meta.Status{}, meta.PartialObjectMetadataList{}, meta.WatchEvent{}} {
		walk(reflect.TypeOf(v))
	}
	_ = json.NewEncoder(os.Stdout).Encode(facts)
}
