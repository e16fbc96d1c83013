// Package connection stands between a generated client and the API: one token, answers in their documented shape,
// retries, errors.
//
//	api := connection.New("https://api.mycarrierpackets.com", user, password, table)
//	client := &http.Client{Transport: api, Timeout: time.Minute}
//
// Give the client to any generated one. Whatever it calls either decodes or fails with an *Error.
package connection

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/carriers/normalise"
)

// Error says that the API, or a gateway before it, did not answer with what was asked for.
type Error struct {
	// Status is 0 without an answer.
	Status int
	// Reason is one of the constants below.
	Reason  string
	Message string
}

const (
	FromAPI      = "api"        // an error of the API itself
	FromGateway  = "page"       // a page of something before it
	NoConnection = "connection" // no answer at all
	NoAnswer     = "answer"     // a 200 that cannot be used
	SaidNo       = "refused"    // a 200 that says no
)

func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Reason, e.Message) }

// UnknownCarrier reports the API's own 404. A gateway's, or one for a wrong address, says nothing about the carrier.
func UnknownCarrier(err error) bool {
	var own *Error
	return errors.As(err, &own) && own.Status == 404 && own.Reason == FromAPI && !strings.HasPrefix(own.Message, "No HTTP resource")
}

// Connection is an http.RoundTripper. Its exported fields may be changed before the first call.
type Connection struct {
	Inner http.RoundTripper
	// Attempts is how often a call is tried, LongestWait the most that is waited in between.
	Attempts    int
	LongestWait time.Duration
	// Normalise shapes an answer.
	Normalise func(body []byte, operation string) (*normalise.Result, error)
	// Report takes what was changed or lost in an answer. Count the codes that begin with "lost-".
	Report func(operation string, problems []normalise.Problem)

	base, user, password string
	operations           map[string]operation
	lock                 sync.Mutex
	token, refresh       string
	expires              time.Time
}

type operation struct{ Name, Path, Idempotency string }

// New takes the bytes of schemas.json.
func New(base, user, password string, table []byte) (*Connection, error) {
	read, err := normalise.ReadTable(table)
	if err != nil {
		return nil, err
	}
	var listed struct{ Operations map[string]operation }
	if err := json.Unmarshal(table, &listed); err != nil {
		return nil, err
	}
	c := &Connection{
		Inner: http.DefaultTransport, Attempts: 4, LongestWait: time.Minute, Normalise: read.Normalise,
		Report: func(string, []normalise.Problem) {},
		base:   base, user: user, password: password, operations: map[string]operation{},
	}
	for name, each := range listed.Operations {
		each.Name = name
		c.operations[each.Path] = each
	}
	return c, nil
}

// RoundTrip sends a request with the token, and gives back an answer that a decoder can rely on.
func (c *Connection) RoundTrip(request *http.Request) (*http.Response, error) {
	called, known := c.operations[request.URL.Path]
	if !known {
		called = operation{Idempotency: "read"}
	}
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
		request.Body.Close()
	}
	for attempt := 1; ; attempt++ {
		response, after, err := c.once(request, body, called)
		if err == nil {
			return response, nil
		}
		if attempt == c.Attempts || !repeatable(err, called) {
			return nil, err
		}
		select {
		case <-request.Context().Done():
			return nil, request.Context().Err()
		case <-time.After(c.wait(after, attempt)):
		}
	}
}

func (c *Connection) once(original *http.Request, body []byte, called operation) (*http.Response, string, error) {
	request := original.Clone(original.Context())
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if len(body) == 0 {
		// With a body of unknown length the request would have none, which is a 411.
		request.Body = http.NoBody
	}
	token := ""
	if called.Name != "request_token" {
		var err error
		if token, err = c.currentToken(); err != nil {
			return nil, "", err
		}
		request.Header.Set("Authorization", "bearer "+token)
	}
	response, content, err := c.send(request)
	if err != nil {
		return nil, "", err
	}
	if response.StatusCode == 401 && token != "" {
		c.forget(token)
	}
	good, err := c.good(response, content, called.Name)
	return good, response.Header.Get("Retry-After"), err
}

func (c *Connection) send(request *http.Request) (*http.Response, []byte, error) {
	response, err := c.Inner.RoundTrip(request)
	if err != nil {
		return nil, nil, &Error{0, NoConnection, err.Error()}
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, &Error{0, NoConnection, err.Error()}
	}
	return response, content, nil
}

// An operation that acts again each time is repeated only if it cannot have acted.
func repeatable(err error, called operation) bool {
	var own *Error
	if !errors.As(err, &own) {
		return false
	}
	if called.Idempotency == "once" && own.Status != 401 && own.Status != 429 {
		return false
	}
	switch own.Status {
	case 0, 401, 408, 429, 500, 502, 503, 504:
		return true
	}
	return own.Reason == FromGateway || own.Reason == NoAnswer
}

func (c *Connection) good(response *http.Response, body []byte, name string) (*http.Response, error) {
	words, ours := message(body)
	if response.StatusCode < 200 || response.StatusCode > 299 {
		if !ours {
			return nil, &Error{response.StatusCode, FromGateway, ""}
		}
		return nil, &Error{response.StatusCode, FromAPI, words}
	}
	if name == "" {
		if !IsDocument(body) {
			return nil, &Error{response.StatusCode, NoAnswer, "not a whole document"}
		}
		// Some clients go by the label, which can be missing or wrong.
		response.Header.Set("Content-Type", http.DetectContentType(body))
	} else {
		result, err := c.Normalise(body, name)
		if err != nil {
			// What cannot be used is often a no: the words are in the body.
			return nil, &Error{response.StatusCode, NoAnswer, strings.TrimSpace(err.Error() + ". " + words)}
		}
		c.Report(name, result.Problems)
		body = []byte(result.Text)
		var said struct {
			Success, Succeeded, Result *bool
		}
		if json.Unmarshal(body, &said) == nil {
			for _, yes := range []*bool{said.Success, said.Succeeded, said.Result} {
				if yes != nil && !*yes {
					return nil, &Error{response.StatusCode, SaidNo, words}
				}
			}
		}
		response.Header.Set("Content-Type", "application/json")
	}
	response.Header.Del("Content-Length")
	response.ContentLength = int64(len(body))
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// The words of an answer that says what went wrong, and whether it is the API's own.
func message(body []byte) (string, bool) {
	said := map[string]any{}
	if json.Unmarshal(body, &said) != nil {
		return "", false
	}
	for _, key := range []string{"Message", "message", "error_description", "error"} {
		if words, ok := said[key].(string); ok && words != "" {
			return words, true
		}
	}
	return "", true
}

// One caller at a time renews the token, and the others wait for that.
func (c *Connection) currentToken() (string, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.token != "" && time.Now().Before(c.expires) {
		return c.token, nil
	}
	if refresh := c.refresh; refresh != "" {
		c.refresh = ""
		if c.grant(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}) == nil {
			return c.token, nil
		}
		// The password is always good.
	}
	err := c.grant(url.Values{"grant_type": {"password"}, "username": {c.user}, "password": {c.password}})
	return c.token, err
}

func (c *Connection) forget(token string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.token == token {
		c.token = ""
	}
}

func (c *Connection) grant(form url.Values) error {
	request, err := http.NewRequest(http.MethodPost, c.base+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, content, err := c.send(request)
	if err == nil {
		response, err = c.good(response, content, "request_token")
	}
	if err != nil {
		return err
	}
	var given struct {
		Token   string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		Seconds int64  `json:"expires_in"`
	}
	if err := json.NewDecoder(response.Body).Decode(&given); err != nil || given.Token == "" {
		return &Error{200, NoAnswer, "no token in the answer"}
	}
	if given.Seconds == 0 {
		given.Seconds = 3600
	}
	c.token, c.refresh = given.Token, given.Refresh
	c.expires = time.Now().Add(time.Duration(given.Seconds-60) * time.Second)
	return nil
}

func (c *Connection) wait(after string, attempt int) time.Duration {
	wait := 500 * time.Millisecond << (attempt - 1)
	if seconds, err := strconv.Atoi(after); err == nil && seconds >= 0 {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(after); err == nil {
		wait = time.Until(at)
	}
	return min(max(wait, 0), c.LongestWait)
}
