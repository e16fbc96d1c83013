// Package normalise gives an answer of the API the shape that its document promises, before a strict decoder reads it.
//
//	table, err := normalise.ReadTable(bytes of schemas.json)
//	result, err := table.Normalise(body, "preview_carrier")
//	err = json.Unmarshal([]byte(result.Text), &carriers)
//
// README.md beside this file has the rules. Go 1.21 or newer, nothing else.
package normalise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

const (
	deepest      = 100
	longestChain = 64
	mostCopied   = 1_000_000
)

var (
	token   = regexp.MustCompile(`(?s)"[^"\\]*(?:\\.[^"\\]*)*("?)|[\[\]{}]`)
	escape  = regexp.MustCompile(`(?s)\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)`)
	grouped = regexp.MustCompile(`^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[^,]*)?$`)
	wholes  = regexp.MustCompile(`^([+-]?[0-9]+)(?:\.0*)?$`)
	decimal = regexp.MustCompile(`^([+-]?)([0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?$`)
	dotName = regexp.MustCompile(`(?i)^(?:us)?dot[ #:]*([0-9]+)$`)
)

// Table is schemas.json: what each operation answers, and the fields of each schema.
type Table struct {
	Operations map[string]operation `json:"operations"`
	Schemas    map[string]schema    `json:"schemas"`
}

type operation struct {
	Answer, Idempotency, Items string
}

type schema struct {
	TextAs string            `json:"text_as"`
	Fields map[string]string `json:"fields"`
}

// Problem is something that was changed or lost, at a JSON pointer into the answer once its references are replaced.
type Problem struct{ At, Code string }

// Result is the answer as JSON text. Problems that begin with "lost-" cost a value.
type Result struct {
	Text     string
	Problems []Problem
}

// Refused says that the body cannot be used. With the code "lost-row", Normalise also returns what could be read.
type Refused struct{ Code string }

func (r *Refused) Error() string { return "the answer cannot be used: " + r.Code }

// ReadTable reads schemas.json.
func ReadTable(text []byte) (*Table, error) {
	table := &Table{}
	return table, json.Unmarshal(text, table)
}

// Normalise takes the bytes of an answer and of what: an operation, a schema, or a list of one, such as
// "preview_carrier", "CarrierData" or "[CarrierData]".
func (t *Table) Normalise(body []byte, of string) (result *Result, err error) {
	called, known := t.Operations[of]
	if !known {
		if _, known = t.Schemas[strings.Trim(of, "[]")]; !known {
			return nil, fmt.Errorf("no operation or schema %s", of)
		}
		called = operation{Answer: of}
	}
	a := &answer{schemas: t.Schemas, operation: called, nulls: map[string]bool{}, ids: map[string]target{}}
	defer func() {
		if caught := recover(); caught != nil {
			refused, ours := caught.(*Refused)
			if !ours {
				panic(caught)
			}
			result, err = nil, refused
		}
	}()
	tree := a.parse(a.decode(body))
	a.index(tree, "")
	value := a.root(a.resolve(tree, "", "", nil, 0))
	var out strings.Builder
	write(&out, value)
	result = &Result{out.String(), a.problems}
	if a.has("lost-row") {
		err = &Refused{"lost-row"}
	}
	return result, err
}

type object struct {
	keys   []string
	values map[string]any
}

func newObject() *object { return &object{values: map[string]any{}} }

func (o *object) set(key string, value any) *object {
	if _, there := o.values[key]; !there {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
	return o
}

type target struct {
	node   any
	source string
}

// lost stands for a value that its kind cannot have.
var lost = &struct{ name string }{"lost"}

type answer struct {
	schemas   map[string]schema
	operation operation
	problems  []Problem
	nulls     map[string]bool
	ids       map[string]target
	copied    int
}

func (a *answer) note(at, code string) { a.problems = append(a.problems, Problem{at, code}) }

func (a *answer) has(code string) bool {
	for _, problem := range a.problems {
		if problem.Code == code {
			return true
		}
	}
	return false
}

func refuse(code string) { panic(&Refused{code}) }

// Bytes to a tree

func (a *answer) decode(body []byte) string {
	// One replacement for each byte that is not UTF-8.
	text := string([]rune(string(body)))
	if text != string(body) {
		a.note("", "lost-characters")
	}
	return strings.Trim(strings.TrimLeft(text, "\ufeff"), " \t\r\n")
}

func (a *answer) parse(text string) any {
	if text == "" {
		return nil
	}
	if text == "True" || text == "False" {
		text = strings.ToLower(text)
	}
	depth, most, openText := 0, 0, false
	for _, at := range token.FindAllStringSubmatchIndex(text, -1) {
		switch text[at[0]] {
		case '[', '{':
			depth++
			most = max(most, depth)
		case ']', '}':
			depth--
		default:
			openText = at[2] == at[3]
		}
	}
	if most > deepest {
		refuse("too-deep")
	}
	if json.Valid([]byte(text)) {
		whole := escape.ReplaceAllStringFunc(text, func(found string) string {
			if len(found) == 6 {
				return `\ufffd`
			}
			return found
		})
		if whole != text {
			a.note("", "lost-characters")
		}
		decoder := json.NewDecoder(strings.NewReader(whole))
		decoder.UseNumber()
		return read(decoder)
	}
	if strings.ContainsAny(text[:1], `{["`) {
		if depth > 0 || openText {
			refuse("truncated")
		}
		refuse("not-json")
	}
	if text[0] == '<' || (a.operation.Answer != "any" && a.textField(a.operation.Answer) == "") {
		refuse("not-json")
	}
	return text
}

// read keeps the order of fields, which a map would not: the first object of a number is the one that is meant.
func read(decoder *json.Decoder) any {
	next, err := decoder.Token()
	if err != nil {
		refuse("not-json")
	}
	switch next {
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			list = append(list, read(decoder))
		}
		_, _ = decoder.Token()
		return list
	case json.Delim('{'):
		fields := newObject()
		for decoder.More() {
			key, _ := read(decoder).(string)
			fields.set(key, read(decoder))
		}
		_, _ = decoder.Token()
		return fields
	}
	return next
}

// References

func number(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	}
	return "", false
}

func (a *answer) index(node any, source string) {
	switch node := node.(type) {
	case *object:
		if id, good := number(node.values["$id"]); good {
			if _, there := a.ids[id]; !there {
				a.ids[id] = target{node, source}
			}
		}
		for _, key := range node.keys {
			a.index(node.values[key], join(source, key))
		}
	case []any:
		for place, value := range node {
			a.index(value, join(source, strconv.Itoa(place)))
		}
	}
}

// resolve: source is where the node stands in the body, at where it stands once references are replaced.
func (a *answer) resolve(node any, source, at string, followed []string, depth int) any {
	if len(followed) > 0 {
		a.copied++
		if a.copied > mostCopied {
			refuse("too-large")
		}
	}
	if depth > deepest {
		refuse("too-deep")
	}
	switch node := node.(type) {
	case []any:
		list := make([]any, len(node))
		for place, value := range node {
			part := strconv.Itoa(place)
			list[place] = a.resolve(value, join(source, part), join(at, part), followed, depth+1)
		}
		return list
	case *object:
		reference, refers := node.values["$ref"]
		values, wraps := node.values["$values"]
		_, numbered := node.values["$id"]
		if refers && len(node.keys) == 1 {
			return a.follow(reference, source, at, followed, depth)
		}
		if wraps {
			if len(node.keys) > 2 || (len(node.keys) == 2 && !numbered) {
				a.note(at, "lost-fields")
			}
			return a.resolve(values, join(source, "$values"), at, followed, depth)
		}
		if refers {
			a.note(at, "lost-fields")
		}
		fields := newObject()
		for _, key := range node.keys {
			if key != "$id" && key != "$ref" {
				fields.set(key, a.resolve(node.values[key], join(source, key), join(at, key), followed, depth+1))
			}
		}
		return fields
	}
	return node
}

func (a *answer) follow(reference any, source, at string, followed []string, depth int) any {
	id, good := number(reference)
	meant, found := a.ids[id]
	followed = append(followed[:len(followed):len(followed)], source)
	code := ""
	if !good || !found {
		code = "lost-reference"
	} else if len(followed) > longestChain {
		code = "lost-depth"
	} else {
		for _, each := range followed {
			if each == meant.source || strings.HasPrefix(each, meant.source+"/") {
				code = "cycle"
			}
		}
	}
	if code == "" {
		return a.resolve(meant.node, meant.source, at, followed, depth)
	}
	a.note(at, code)
	a.nulls[at] = true
	return nil
}

// The shape of the whole answer

func (a *answer) root(value any) any {
	kind, idempotency := a.operation.Answer, a.operation.Idempotency
	acts := idempotency == "idempotent" || idempotency == "once"
	if text, is := value.(string); is && strings.TrimSpace(text) == "" {
		value = nil
	}
	if value == nil {
		if idempotency != "once" && !(kind == "any" && acts) {
			refuse("empty")
		}
		return a.nothing()
	}
	if kind == "any" {
		return value
	}
	if value == true && acts {
		return a.nothing()
	}
	if kind[0] == '[' {
		return a.rootList(value)
	}
	return a.rootObject(value)
}

func (a *answer) nothing() any {
	a.note("", "empty")
	if a.operation.Answer == "any" {
		return nil
	}
	return newObject()
}

func (a *answer) rootList(value any) any {
	element := inner(a.operation.Answer)
	if fields, is := value.(*object); is && a.known(fields, element) {
		a.note("", "wrapped")
		return []any{a.fields(fields, element, "", "")}
	}
	list, is := value.([]any)
	if !is {
		refuse("other-kind")
	}
	return a.elements(list, element, "", true)
}

func (a *answer) rootObject(value any) any {
	kind, items, at := a.operation.Answer, a.operation.Items, ""
	if list, is := value.([]any); is {
		if items != "" && !isPage(list, items) {
			a.note("", "wrapped")
			rows := a.elements(list, inner(a.schemas[kind].Fields[items]), "", true)
			return newObject().set(items, rows)
		}
		if len(list) == 0 {
			refuse("absent")
		}
		if len(list) > 1 {
			refuse("several")
		}
		a.note("", "unwrapped")
		value, at = list[0], "/0"
	}
	if _, is := value.(string); is && a.textField(kind) != "" {
		a.note(at, "text-as-object")
		return newObject().set(a.textField(kind), value)
	}
	given, is := value.(*object)
	if !is || (a.operation.Idempotency != "" && a.operation.Idempotency != "once" && !a.known(given, kind)) {
		refuse("other-kind")
	}
	fields := a.fields(given, kind, at, items)
	none := fields.values["totalCount"] == json.Number("0")
	if items != "" && fields.values[items] == nil && !none && !a.has("lost-row") {
		refuse("no-rows")
	}
	return fields
}

func isPage(list []any, items string) bool {
	if len(list) != 1 {
		return false
	}
	page, is := list[0].(*object)
	if !is {
		return false
	}
	_, there := page.values[items]
	return there
}

func inner(kind string) string { return strings.Trim(kind, "[]") }

func (a *answer) textField(kind string) string { return a.schemas[kind].TextAs }

func (a *answer) isSchema(kind string) bool {
	_, is := a.schemas[kind]
	return is
}

func (a *answer) known(value *object, kind string) bool {
	for _, key := range value.keys {
		if _, known := a.schemas[kind].Fields[key]; known {
			return true
		}
	}
	return false
}

// The shape of each field

func (a *answer) fields(value *object, kind, at, items string) *object {
	shaped := newObject()
	for _, key := range value.keys {
		each, known := a.schemas[kind].Fields[key]
		if !known {
			each = "any"
		}
		shaped.set(key, a.field(value.values[key], each, join(at, key), items != "" && key == items))
	}
	return shaped
}

func (a *answer) field(value any, kind, at string, rows bool) any {
	if value == nil || kind == "any" {
		return value
	}
	var shaped any
	switch {
	case kind[0] == '[':
		shaped = a.list(value, inner(kind), at, rows)
	case a.isSchema(kind):
		shaped = a.object(value, kind, at)
	default:
		shaped = a.scalar(value, kind, at)
	}
	if shaped == lost {
		if rows {
			a.note(at, "lost-row")
		} else {
			a.note(at, "lost-value")
		}
		return nil
	}
	return shaped
}

func (a *answer) list(value any, element, at string, rows bool) any {
	switch value := value.(type) {
	case []any:
		return a.elements(value, element, at, rows)
	case string:
		takesText := element == "text" || a.textField(element) != ""
		if strings.TrimSpace(value) == "" || (!takesText && absent(value)) {
			a.note(at, "no-value")
			return nil
		}
	case *object:
		if element != "text" && !a.known(value, element) {
			return lost
		}
	}
	shaped := a.element(value, element, at)
	if shaped == lost {
		return lost
	}
	a.note(at, "wrapped")
	return []any{shaped}
}

func (a *answer) elements(list []any, element, at string, rows bool) any {
	kept, unread := []any{}, 0
	for place, each := range list {
		here := join(at, strconv.Itoa(place))
		if each == nil {
			if rows {
				unread++
				a.note(here, "lost-row")
			} else if !a.nulls[here] {
				a.note(here, "null-element")
			}
			continue
		}
		var shaped any = lost
		if fields, is := each.(*object); !rows || !is || a.known(fields, element) {
			shaped = a.element(each, element, here)
		}
		if shaped != lost {
			kept = append(kept, shaped)
			continue
		}
		unread++
		if rows {
			a.note(here, "lost-row")
		} else {
			a.note(here, "lost-element")
		}
	}
	// A list of which nothing can be read is unknown, and not empty.
	if unread > 0 && len(kept) == 0 {
		return nil
	}
	return kept
}

func (a *answer) element(value any, kind, at string) any {
	if kind == "text" {
		return a.scalar(value, kind, at)
	}
	switch value := value.(type) {
	case *object:
		return a.fields(value, kind, at, "")
	case string:
		if field := a.textField(kind); field != "" {
			a.note(at, "text-as-object")
			return newObject().set(field, value)
		}
	}
	return lost
}

func (a *answer) object(value any, kind, at string) any {
	switch value := value.(type) {
	case []any:
		there := []int{}
		for place, each := range value {
			if each != nil {
				there = append(there, place)
			}
		}
		if len(there) == 0 {
			a.note(at, "no-value")
			return nil
		}
		if len(there) > 1 {
			return lost
		}
		shaped := a.element(value[there[0]], kind, join(at, strconv.Itoa(there[0])))
		if shaped != lost {
			a.note(at, "unwrapped")
		}
		return shaped
	case string:
		if strings.TrimSpace(value) == "" || (a.textField(kind) == "" && absent(value)) {
			a.note(at, "no-value")
			return nil
		}
	}
	return a.element(value, kind, at)
}

func (a *answer) scalar(value any, kind, at string) any {
	text, isText := value.(string)
	switch value.(type) {
	case *object, []any:
		return lost
	}
	if kind == "text" {
		return a.text(value, at)
	}
	if isText && absent(text) {
		a.note(at, "no-value")
		return nil
	}
	if kind == "boolean" {
		return a.boolean(value, at)
	}
	if _, is := value.(bool); is {
		return lost
	}
	shaped, good := "", false
	if kind == "number" {
		shaped, good = decimals(value)
	} else {
		var exact int64
		exact, good = whole(value)
		if found := dotName.FindStringSubmatch(strings.TrimSpace(text)); kind == "dot-number" && !good && found != nil {
			exact, good = whole(found[1])
		}
		switch {
		case kind == "dot-number" && good && exact == 0:
			a.note(at, "no-value")
			return nil
		case kind == "dot-number":
			good = good && exact >= 1 && exact <= 99_999_999
		case kind == "int32":
			good = good && exact >= math.MinInt32 && exact <= math.MaxInt32
		}
		shaped = strconv.FormatInt(exact, 10)
	}
	if !good {
		return lost
	}
	if isText {
		a.note(at, "text-as-number")
	} else if value != json.Number(shaped) {
		a.note(at, "whole")
	}
	return json.Number(shaped)
}

func (a *answer) text(value any, at string) any {
	switch value := value.(type) {
	case bool:
		a.note(at, "boolean-as-text")
		return strconv.FormatBool(value)
	case json.Number:
		a.note(at, "number-as-text")
		return value.String()
	}
	return value
}

func (a *answer) boolean(value any, at string) any {
	word, code := "", "text-as-boolean"
	switch value := value.(type) {
	case bool:
		return value
	case string:
		word = strings.ToLower(strings.TrimSpace(value))
	default:
		exact, good := whole(value)
		if good {
			word, code = strconv.FormatInt(exact, 10), "number-as-boolean"
		}
	}
	switch word {
	case "yes", "y", "true", "1":
		a.note(at, code)
		return true
	case "no", "n", "false", "0":
		a.note(at, code)
		return false
	}
	return lost
}

func absent(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	return text == "" || text == "na" || text == "n/a"
}

// ungrouped takes out thousands separators. "1,5" is more likely a decimal than fifteen, so it stays.
func ungrouped(text string) string {
	text = strings.TrimSpace(text)
	if grouped.MatchString(text) {
		return strings.ReplaceAll(text, ",", "")
	}
	return text
}

// whole is the whole number of a number or text, as a decoder takes it.
func whole(value any) (int64, bool) {
	written, isNumber := value.(json.Number)
	if isNumber && strings.ContainsAny(string(written), ".eE") {
		exact, err := written.Float64()
		// As far as every whole number has a float of its own.
		good := err == nil && math.Abs(exact) <= 1<<53 && exact == math.Trunc(exact)
		if !good {
			return 0, false
		}
		return int64(exact), true
	}
	text, _ := number(value)
	found := wholes.FindStringSubmatch(ungrouped(text))
	if found == nil {
		return 0, false
	}
	exact, err := strconv.ParseInt(found[1], 10, 64)
	return exact, err == nil
}

func decimals(value any) (string, bool) {
	text, _ := number(value)
	found := decimal.FindStringSubmatch(ungrouped(text))
	if found == nil || (found[2] == "" && len(found[3]) < 2) {
		return "", false
	}
	if _, err := strconv.ParseFloat(found[0], 64); err != nil {
		return "", false
	}
	if written, is := value.(json.Number); is {
		return written.String(), true
	}
	digits := strings.TrimLeft(found[2], "0")
	if digits == "" {
		digits = "0"
	}
	return strings.TrimPrefix(found[1], "+") + digits + strings.TrimRight(found[3], ".") + found[4], true
}

func join(pointer, part string) string {
	return pointer + "/" + strings.ReplaceAll(strings.ReplaceAll(part, "~", "~0"), "/", "~1")
}

func write(out *strings.Builder, value any) {
	switch value := value.(type) {
	case *object:
		before := "{"
		for _, key := range value.keys {
			out.WriteString(before)
			write(out, key)
			out.WriteByte(':')
			write(out, value.values[key])
			before = ","
		}
		if before == "{" {
			out.WriteString(before)
		}
		out.WriteByte('}')
	case []any:
		out.WriteByte('[')
		for place, each := range value {
			if place > 0 {
				out.WriteByte(',')
			}
			write(out, each)
		}
		out.WriteByte(']')
	default:
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(value)
		out.Write(bytes.TrimRight(text.Bytes(), "\n"))
	}
}
