// Package sandboxtest runs the sandbox as a child process, and sends it what tests want.
package sandboxtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Sandbox is a running sandbox. It ends with the process that started it, however that ends.
type Sandbox struct {
	API    string
	cmd    *exec.Cmd
	stdin  io.Closer
	client http.Client
}

// Start starts a sandbox on free ports.
func Start() (*Sandbox, error) {
	program := os.Getenv("SANDBOX_BIN")
	if program == "" {
		program = "mycarrierpackets-sandbox"
	}
	cmd := exec.Command(program, "--port", "0", "--carriers", "50", "--time", "2026-03-18T12:00:00Z", "--exit-on-stdin-close")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	sandbox := &Sandbox{cmd: cmd, stdin: stdin, client: http.Client{Timeout: 30 * time.Second}}
	line, _ := bufio.NewReader(stdout).ReadBytes('\n')
	var ready struct{ API string }
	if err := json.Unmarshal(line, &ready); err != nil {
		return nil, errors.Join(
			fmt.Errorf("%s did not say where it listens, but %q: is SANDBOX_BIN the sandbox?", program, line),
			cmd.Process.Kill(),
			sandbox.Stop(),
		)
	}
	sandbox.API = ready.API
	return sandbox, nil
}

// Stop ends the sandbox.
func (s *Sandbox) Stop() error {
	s.stdin.Close()
	return s.cmd.Wait()
}

// Control calls the control API, which spec/sandbox.yaml documents.
func (s *Sandbox) Control(method, path string, body, into any) error {
	var data bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&data).Encode(body); err != nil {
			return err
		}
	}
	request, err := http.NewRequest(method, s.API+"/__sandbox/"+path, &data)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d %s", method, path, response.StatusCode, answer)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

// Reset takes it back to the state at the start: carriers, customers, clock, faults, calls and webhooks.
func (s *Sandbox) Reset() error {
	return s.Control(http.MethodPost, "reset", nil, nil)
}

// Skip moves the clock, which all customers share, and returns its time. Tokens expire in the time skipped, too.
func (s *Sandbox) Skip(skipped time.Duration) (time.Time, error) {
	var clock struct{ Now time.Time }
	err := s.Control(http.MethodPost, "clock", map[string]any{"advanceSeconds": int(skipped.Seconds())}, &clock)
	return clock.Now, err
}

// Send sends an event to a webhook now, and returns what became of it.
func (s *Sandbox) Send(webhook int, event string) (string, error) {
	var delivery struct{ State string }
	err := s.Control(http.MethodPost, fmt.Sprintf("webhooks/%d/events", webhook), map[string]any{"event": event}, &delivery)
	return delivery.State, err
}

// Customer is a user name. Each is a customer of its own, so tests can run side by side.
type Customer struct {
	Name    string
	sandbox *Sandbox
	token   string
}

// Customer signs a user name in.
func (s *Sandbox) Customer(name string) (*Customer, error) {
	customer := &Customer{Name: name, sandbox: s}
	return customer, customer.SignIn()
}

// SignIn takes another token.
func (c *Customer) SignIn() error {
	form := url.Values{"grant_type": {"password"}, "username": {c.Name}, "password": {"demo"}}
	response, err := c.sandbox.client.PostForm(c.sandbox.API+"/token", form)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s was not signed in: %s", c.Name, response.Status)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	c.token = answer.AccessToken
	return err
}

// Call calls an operation, and reads a good answer into a value.
func (c *Customer) Call(operation string, query url.Values, into any) (int, error) {
	address := c.sandbox.API + "/api/v1/Carrier/" + operation + "?" + query.Encode()
	// A body of no bytes has a length, which the vendor asks for.
	request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(""))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "bearer "+c.token)
	response, err := c.sandbox.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if into != nil && response.StatusCode == http.StatusOK {
		err = json.NewDecoder(response.Body).Decode(into)
	}
	return response.StatusCode, err
}

// Fail has calls of this customer's fail, by a rule such as {"kind": "status", "code": 503, "first": 1}.
func (c *Customer) Fail(rule map[string]any) error {
	rule = maps.Clone(rule)
	rule["customer"] = c.Name
	return c.sandbox.Control(http.MethodPost, "faults", rule, nil)
}

// Subscribe has this customer's events sent to an address, and returns the number of the webhook.
func (c *Customer) Subscribe(address, secret string) (int, error) {
	var webhook struct{ ID int }
	wanted := map[string]any{"url": address, "secret": secret, "customer": c.Name}
	err := c.sandbox.Control(http.MethodPost, "webhooks", wanted, &webhook)
	return webhook.ID, err
}

// Seen is a call that the sandbox saw.
type Seen struct {
	Status int
	Query  [][2]string
}

// Calls lists what the sandbox saw of this customer.
func (c *Customer) Calls(operation string) ([]Seen, error) {
	query := url.Values{"operation": {operation}, "customer": {c.Name}}
	var answer struct{ Requests []Seen }
	err := c.sandbox.Control(http.MethodGet, "requests?"+query.Encode(), nil, &answer)
	return answer.Requests, err
}
