// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// section is a rule, a function, or a tag class: a name, a docstring, and what it takes.
type section struct {
	kind, name, doc string
	params          []param
}

type param struct {
	name, doc, kind, value string
	mandatory              bool
}

type module struct {
	doc      string
	sections []section
}

// attributeTypes names Bazel's AttributeType numbers (stardoc_output.proto).
var attributeTypes = map[uint64]string{
	1: "name", 2: "int", 3: "label", 4: "string", 5: "string list", 6: "int list", 7: "label list", 8: "bool",
	9: "label -> string", 10: "string -> string", 11: "string -> string list", 12: "output", 13: "output list",
}

// field is one decoded field of a message: its number, and its bytes or its number.
type field struct {
	number protowire.Number
	bytes  []byte
	varint uint64
}

func fields(data []byte) ([]field, error) {
	var found []field
	for len(data) > 0 {
		number, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		data = data[n:]
		f := field{number: number}
		switch kind {
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(data)
		case protowire.VarintType:
			f.varint, n = protowire.ConsumeVarint(data)
		default:
			n = protowire.ConsumeFieldValue(number, kind, data)
		}
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		data = data[n:]
		found = append(found, f)
	}
	return found, nil
}

// shape says which field numbers of a message hold what (stardoc_output.proto).
type shape struct {
	kind             string
	name, doc, param protowire.Number
}

var (
	ruleShape     = shape{"rule", 1, 2, 3}
	functionShape = shape{"function", 1, 3, 2}
	tagShape      = shape{"tag", 1, 2, 3}
)

func parseModule(data []byte) (module, error) {
	var m module
	all, err := fields(data)
	if err != nil {
		return m, err
	}
	for _, f := range all {
		var parsed []section
		switch f.number {
		case 1:
			parsed, err = one(parseSection(f.bytes, ruleShape))
		case 3:
			parsed, err = one(parseSection(f.bytes, functionShape))
		case 5:
			m.doc = string(f.bytes)
		case 7:
			parsed, err = parseExtension(f.bytes)
		}
		if err != nil {
			return m, err
		}
		m.sections = append(m.sections, parsed...)
	}
	slices.SortStableFunc(m.sections, func(a, b section) int { return strings.Compare(a.name, b.name) })
	return m, nil
}

func one(s section, err error) ([]section, error) { return []section{s}, err }

func parseExtension(data []byte) ([]section, error) {
	extension, err := parseSection(data, shape{"module extension", 1, 2, 0})
	if err != nil {
		return nil, err
	}
	sections := []section{extension}
	all, err := fields(data)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if f.number != 3 {
			continue
		}
		tag, err := parseSection(f.bytes, tagShape)
		if err != nil {
			return nil, err
		}
		tag.name = extension.name + "." + tag.name
		sections = append(sections, tag)
	}
	return sections, nil
}

func parseSection(data []byte, shape shape) (section, error) {
	s := section{kind: shape.kind}
	all, err := fields(data)
	if err != nil {
		return s, err
	}
	for _, f := range all {
		switch f.number {
		case shape.name:
			s.name = string(f.bytes)
		case shape.doc:
			s.doc = string(f.bytes)
		case shape.param:
			p, err := parseParam(f.bytes, shape.kind == "function")
			if err != nil {
				return s, err
			}
			s.params = append(s.params, p)
		}
	}
	return s, nil
}

// parseParam reads an AttributeInfo, or a FunctionParamInfo, which has other numbers for the default and no type.
func parseParam(data []byte, function bool) (param, error) {
	var p param
	all, err := fields(data)
	if err != nil {
		return p, err
	}
	for _, f := range all {
		switch {
		case f.number == 1:
			p.name = string(f.bytes)
		case f.number == 2:
			p.doc = string(f.bytes)
		case f.number == 3 && !function:
			p.kind = attributeTypes[f.varint]
		case f.number == 4:
			p.mandatory = f.varint != 0
		case f.number == 3 || f.number == 6 && !function:
			p.value = string(f.bytes)
		}
	}
	return p, nil
}

func (m module) write(b *strings.Builder) {
	for _, s := range m.sections {
		fmt.Fprintf(b, "## %s\n\n*%s*\n\n%s\n\n", s.name, s.kind, strings.TrimSpace(s.doc))
		if len(s.params) == 0 {
			continue
		}
		b.WriteString("| name | type | default | what |\n|---|---|---|---|\n")
		for _, p := range s.params {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", p.name, p.kind, p.defaultText(), cell(p.doc))
		}
		b.WriteString("\n")
	}
}

func (p param) defaultText() string {
	switch {
	case p.mandatory:
		return "required"
	case p.value == "":
		return ""
	default:
		return "`" + cell(p.value) + "`"
	}
}

// cell makes text fit into a table: one line, no bar.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}
