// Command carriers reads the monitored carriers, what changed, and a certificate, with a client that oapi-codegen generated.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"example.com/carriers/api"
	"example.com/carriers/connection"
	"example.com/carriers/normalise"
)

const form = "2006-01-02T15:04:05"

func main() {
	table, err := os.ReadFile("schemas.json")
	check(err)
	base := os.Getenv("MCP_BASE")
	conn, err := connection.New(base, os.Getenv("MCP_USER"), os.Getenv("MCP_PASSWORD"), table)
	check(err)
	conn.Report = func(operation string, problems []normalise.Problem) {
		for _, problem := range problems {
			if strings.HasPrefix(problem.Code, "lost-") {
				log.Println(operation, problem.At, problem.Code)
			}
		}
	}
	client, err := api.NewClientWithResponses(base, api.WithHTTPClient(&http.Client{Transport: conn, Timeout: time.Minute}))
	check(err)
	ctx, size := context.Background(), int32(500)

	var carriers []*api.CarrierDetails
	check(connection.Pages(func(page int) (int, int, error) {
		at := int32(page)
		answer, err := client.MonitoredCarrierDataWithResponse(ctx, &api.MonitoredCarrierDataParams{PageNumber: &at, PageSize: &size})
		if err != nil || answer.JSON200.Data == nil {
			return 0, 0, err
		}
		carriers = append(carriers, *answer.JSON200.Data...)
		total := 0
		if answer.JSON200.TotalPages != nil {
			total = int(*answer.JSON200.TotalPages)
		}
		return len(*answer.JSON200.Data), total, nil
	}))
	fmt.Println(len(carriers), "carriers")

	now := time.Now().UTC()
	if held, err := time.Parse(form, os.Getenv("MCP_NOW")); err == nil {
		now = held
	}
	changes := 0
	check(connection.Pages(func(page int) (int, int, error) {
		at := int32(page)
		window := api.CarriersChangesParams{FromDate: now.Add(-6 * time.Hour).Format(form), ToDate: now.Format(form), PageNumber: &at, PageSize: &size}
		answer, err := client.CarriersChangesWithResponse(ctx, &window)
		if err != nil || answer.JSON200.CarrierList == nil {
			return 0, 0, err
		}
		for _, change := range *answer.JSON200.CarrierList {
			// A change without its carrier is what the normaliser is for.
			if change.CarrierDetails != nil && change.CarrierDetails.DotNumber != nil {
				changes++
			}
		}
		return len(*answer.JSON200.CarrierList), connection.TotalPages(answer.HTTPResponse.Header.Get("X-Pagination")), nil
	}))
	fmt.Println(changes, "changes")

	if name := certificate(carriers); name != "" {
		answer, err := client.GetDocumentWithResponse(ctx, &api.GetDocumentParams{Name: name})
		check(err)
		fmt.Println(len(answer.Body), "bytes")
	}

	nobody := int32(99999998)
	if _, err := client.PreviewCarrierWithResponse(ctx, &api.PreviewCarrierParams{DOTNumber: &nobody}); connection.UnknownCarrier(err) {
		fmt.Println("no such carrier")
	} else {
		check(err)
	}
}

func certificate(carriers []*api.CarrierDetails) string {
	for _, carrier := range carriers {
		if carrier == nil || carrier.CertData == nil || carrier.CertData.Certificate == nil {
			continue
		}
		for _, each := range *carrier.CertData.Certificate {
			if each.BlobName != nil {
				return *each.BlobName
			}
		}
	}
	return ""
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
