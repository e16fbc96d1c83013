package normalise

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestVectors runs the vectors of $VECTORS with the table $TABLE, at least $LEAST of them.
func TestVectors(t *testing.T) {
	text, err := os.ReadFile(os.Getenv("TABLE"))
	if err != nil {
		t.Fatal(err)
	}
	table, err := ReadTable(text)
	if err != nil {
		t.Fatal(err)
	}
	vectors := allVectors(t)
	failed := 0
	for _, vector := range vectors {
		of := vector.values["of"].(string)
		if found, expected := outcome(t, table, bodyOf(vector), of), expectation(vector); found != expected {
			failed++
			t.Errorf("%s:\n  expected %s\n  found    %s", vector.values["name"], expected, found)
		}
	}
	parts := []string{`{"$ref":"1"}`, `"$id":"1",`, `"$values":`, "[", "]", "{", "}", `"`, `\`, "\xff", `\ud800`, "1e999", "-", "null", ",", ""}
	quick := slices.DeleteFunc(slices.Clone(vectors), func(vector *object) bool { return vector.values["error"] == "too-large" })
	dice := rand.New(rand.NewSource(7))
	for range 2000 {
		vector := quick[dice.Intn(len(quick))]
		given := bodyOf(vector)
		for range 1 + dice.Intn(3) {
			start := dice.Intn(len(given) + 1)
			end := min(len(given), start+[]int{0, 1, 20}[dice.Intn(3)])
			part := append(parts, strings.Repeat(given[start:end], 2))[dice.Intn(len(parts)+1)]
			given = given[:start] + part + given[end:]
		}
		found := outcome(t, table, given, vector.values["of"].(string))
		if output := strings.Split(found, "\n")[1]; output != "" && !json.Valid([]byte(output)) {
			failed++
			t.Errorf("%s, changed: %s", vector.values["name"], base64.StdEncoding.EncodeToString([]byte(given)))
		}
	}
	fmt.Printf("go: %d vectors, 2000 changed bodies, %d failed\n", len(vectors), failed)
	if least, _ := strconv.Atoi(os.Getenv("LEAST")); least == 0 || len(vectors) < least {
		t.Errorf("fewer than %d vectors", least)
	}
}

func allVectors(t *testing.T) (vectors []*object) {
	files, _ := filepath.Glob(filepath.Join(os.Getenv("VECTORS"), "*.json"))
	for _, file := range files {
		text, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(text)
		decoder.UseNumber()
		list, _ := read(decoder).(*object).values["vectors"].([]any)
		for _, each := range list {
			vectors = append(vectors, each.(*object))
		}
	}
	return vectors
}

func bodyOf(vector *object) string {
	if encoded, is := vector.values["base64"].(string); is {
		text, _ := base64.StdEncoding.DecodeString(encoded)
		return string(text)
	}
	if text, is := vector.values["text"].(string); is {
		return text
	}
	return written(vector.values["answer"])
}

func written(value any) string {
	var out strings.Builder
	write(&out, value)
	return out.String()
}

// The error, the output and the problems, a line each.
func lines(code, output string, problems []string) string {
	slices.Sort(problems)
	return code + "\n" + output + "\n" + strings.Join(problems, " ")
}

func outcome(t *testing.T, table *Table, body, of string) string {
	result, err := table.Normalise([]byte(body), of)
	code := ""
	if err != nil {
		refused, ours := err.(*Refused)
		if !ours {
			t.Fatal(err)
		}
		code = refused.Code
	}
	if result == nil {
		return lines(code, "", nil)
	}
	var problems []string
	for _, problem := range result.Problems {
		problems = append(problems, problem.At+" "+problem.Code)
	}
	return lines(code, result.Text, problems)
}

func expectation(vector *object) string {
	code, _ := vector.values["error"].(string)
	output := ""
	if value, there := vector.values["output"]; there {
		output = written(value)
	}
	var problems []string
	list, _ := vector.values["problems"].([]any)
	for _, each := range list {
		problem := each.([]any)
		problems = append(problems, problem[0].(string)+" "+problem[1].(string))
	}
	return lines(code, output, problems)
}
