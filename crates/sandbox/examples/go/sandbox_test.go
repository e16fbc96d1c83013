package sandboxtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

var sandbox *Sandbox

func TestMain(m *testing.M) {
	var err error
	if sandbox, err = Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := sandbox.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var sample = url.Values{"DOTNumber": {"23868"}}

func TestACarrierIsPreviewed(t *testing.T) {
	t.Parallel()
	customer, err := sandbox.Customer("previewer")
	must(t, err)
	var carriers []struct{ CompanyName string }
	status, err := customer.Call("PreviewCarrier", sample, &carriers)
	must(t, err)
	if status != 200 || len(carriers) != 1 || carriers[0].CompanyName != "Sample Trucking LLC" {
		t.Fatal(status, carriers)
	}
}

func TestAFailureIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	customer, err := sandbox.Customer("unlucky")
	must(t, err)
	must(t, customer.Fail(map[string]any{"kind": "status", "code": 503, "operation": "PreviewCarrier", "first": 1}))
	for _, expected := range []int{503, 200} {
		status, err := customer.Call("PreviewCarrier", sample, nil)
		must(t, err)
		if status != expected {
			t.Fatal(status, expected)
		}
	}
	calls, err := customer.Calls("PreviewCarrier")
	must(t, err)
	if len(calls) != 2 || calls[0].Status != 503 || calls[1].Status != 200 {
		t.Fatal(calls)
	}
}

// Not parallel: all customers share what is reset.
func TestAResetUndoesWhatWasDone(t *testing.T) {
	customer, err := sandbox.Customer("undone")
	must(t, err)
	must(t, customer.Fail(map[string]any{"kind": "status", "code": 503}))
	_, err = sandbox.Skip(24 * time.Hour)
	must(t, err)
	must(t, sandbox.Reset())
	must(t, customer.SignIn())
	status, err := customer.Call("PreviewCarrier", sample, nil)
	must(t, err)
	var clock struct{ Now time.Time }
	must(t, sandbox.Control(http.MethodGet, "clock", nil, &clock))
	if status != 200 || clock.Now.Day() != 18 {
		t.Fatal(status, clock.Now)
	}
}

// Not parallel: all customers share the clock, and the tokens of tests beside it would expire.
func TestInvitedCarriersCompleteTheirPackets(t *testing.T) {
	customer, err := sandbox.Customer("inviter")
	must(t, err)
	var listed struct {
		Carriers []struct {
			DOT    int
			Packet bool
		}
	}
	must(t, sandbox.Control(http.MethodGet, "carriers?customer=inviter", nil, &listed))
	var invited []int
	var addresses []string
	for _, carrier := range listed.Carriers {
		// One in eight never does, so several are asked.
		if carrier.Packet || len(invited) == 8 {
			continue
		}
		address := fmt.Sprintf("owner-%d@carrier.example", carrier.DOT)
		query := url.Values{"dotNumber": {strconv.Itoa(carrier.DOT)}, "carrierEmail": {address}}
		status, err := customer.Call("EmailPacketInvitation", query, nil)
		must(t, err)
		if status != 200 {
			t.Fatal(status)
		}
		invited = append(invited, carrier.DOT)
		addresses = append(addresses, address)
	}
	calls, err := customer.Calls("EmailPacketInvitation")
	must(t, err)
	var sent []string
	for _, call := range calls {
		for _, pair := range call.Query {
			if pair[0] == "carrierEmail" {
				sent = append(sent, pair[1])
			}
		}
	}
	if !slices.Equal(sent, addresses) {
		t.Fatal("each exactly once:", sent, addresses)
	}

	now, err := sandbox.Skip(3 * 24 * time.Hour)
	must(t, err)
	must(t, customer.SignIn())
	window := url.Values{"fromDate": {"2026-03-18T12:00:00"}, "toDate": {now.Format("2006-01-02T15:04:05")}}
	var completed []struct{ DOTNumber int }
	status, err := customer.Call("CompletedPackets", window, &completed)
	must(t, err)
	if status != 200 {
		t.Fatal(status)
	}
	for _, row := range completed {
		if slices.Contains(invited, row.DOTNumber) {
			return
		}
	}
	t.Fatal("none of", invited, "is in", completed)
}

func TestAWebhookIsSigned(t *testing.T) {
	t.Parallel()
	customer, err := sandbox.Customer("subscriber")
	must(t, err)
	type posted struct {
		header http.Header
		body   []byte
	}
	received := make(chan posted, 10)
	subscriber := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Error(err)
		}
		received <- posted{request.Header, body}
	}))
	defer subscriber.Close()
	webhook, err := customer.Subscribe(subscriber.URL, "example-secret")
	must(t, err)
	state, err := sandbox.Send(webhook, "carrier.packet.completed")
	must(t, err)
	if state != "delivered" {
		t.Fatal(state)
	}
	got := <-received
	mac := hmac.New(sha256.New, []byte("example-secret"))
	mac.Write(got.body)
	if got.header.Get("MCP-Event") != "carrier.packet.completed" || got.header.Get("MCP-Signature") != hex.EncodeToString(mac.Sum(nil)) {
		t.Fatal(got.header)
	}
}
