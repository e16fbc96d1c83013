// Package driver takes the steps of a job through a generated client, and prints a line of JSON for each.
package driver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"example.com/carriers/connection"
	"example.com/carriers/normalise"
)

// Job is what a step needs to know.
type Job struct {
	Base, User, From, To, Document string
	DOT, Unknown, PageSize         int
	Normalise                      bool
	Attempts                       int
	LongestWait                    float64
	Scenarios                      []struct {
		User  string
		Steps []string
	}
}

// Step answers what the rows are known by.
type Step func(client *http.Client, job Job) ([]string, error)

type line struct {
	Scenario string         `json:"scenario"`
	Step     string         `json:"step"`
	Problems map[string]int `json:"problems"`
	Outcome  string         `json:"outcome"`
	Rows     []string       `json:"rows"`
	Error    string         `json:"error"`
	Status   int            `json:"status"`
	Reason   string         `json:"reason"`
	Unknown  bool           `json:"unknown"`
}

// Run does the job whose file the command line names.
func Run(steps map[string]Step) {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var job Job
	must(json.Unmarshal(text, &job))
	table, err := os.ReadFile("schemas.json")
	must(err)
	for _, scenario := range job.Scenarios {
		problems := map[string]int{}
		job.User = scenario.User
		api, err := connection.New(job.Base, job.User, "demo", table)
		must(err)
		api.Inner, api.Attempts = http.DefaultTransport.(*http.Transport).Clone(), job.Attempts
		api.LongestWait = time.Duration(job.LongestWait * float64(time.Second))
		api.Report = func(_ string, found []normalise.Problem) {
			for _, problem := range found {
				problems[problem.Code]++
			}
		}
		if !job.Normalise {
			api.Normalise = func(body []byte, _ string) (*normalise.Result, error) {
				return &normalise.Result{Text: string(body)}, nil
			}
		}
		client := &http.Client{Transport: api, Timeout: 30 * time.Second}
		for _, step := range scenario.Steps {
			clear(problems)
			rows, err := steps[step](client, job)
			came := line{Scenario: job.User, Step: step, Problems: problems, Outcome: "rows", Rows: rows}
			var own *connection.Error
			if errors.As(err, &own) {
				came.Outcome, came.Status, came.Reason = "error", own.Status, own.Reason
				came.Unknown = connection.UnknownCarrier(err)
			} else if err != nil {
				came.Outcome, came.Error = "broken", err.Error()
			}
			if came.Rows == nil {
				came.Rows = []string{}
			}
			must(json.NewEncoder(os.Stdout).Encode(came))
		}
	}
}

// Known is what a row is known by; a part that is not there is empty.
func Known(parts ...any) string {
	texts := make([]string, len(parts))
	for n, part := range parts {
		if part != nil {
			texts[n] = fmt.Sprint(part)
		}
	}
	return strings.Join(texts, "|")
}

// Or is what a pointer points to, or nil.
func Or[T any](pointer *T) any {
	if pointer == nil {
		return nil
	}
	return *pointer
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
