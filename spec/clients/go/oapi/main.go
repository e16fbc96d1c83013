// The client of oapi-codegen.
package main

import (
	"context"
	"net/http"
	"strconv"

	"example.com/carriers/connection"
	"example.com/carriers/driver"
	"example.com/carriers/oapi/api"
)

var background = context.Background()

func main() {
	driver.Run(map[string]driver.Step{
		"token": token, "preview": preview, "list": list, "bulk": bulk, "changes": changes, "document": document, "unknown": unknown,
	})
}

func client(http *http.Client, job driver.Job) *api.ClientWithResponses {
	client, err := api.NewClientWithResponses(job.Base, api.WithHTTPClient(http))
	if err != nil {
		panic(err)
	}
	return client
}

func token(http *http.Client, job driver.Job) ([]string, error) {
	password := "demo"
	form := api.TokenRequest{GrantType: "password", Username: &job.User, Password: &password}
	answer, err := client(http, job).RequestTokenWithFormdataBodyWithResponse(background, form)
	if err != nil || answer.JSON200.AccessToken == nil {
		return nil, err
	}
	return []string{"token"}, nil
}

func preview(http *http.Client, job driver.Job) ([]string, error) {
	dot := int32(job.DOT)
	answer, err := client(http, job).PreviewCarrierWithResponse(background, &api.PreviewCarrierParams{DOTNumber: &dot})
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, row := range *answer.JSON200 {
		rows = append(rows, driver.Known(number(row.DotNumber), driver.Or(row.CompanyName)))
	}
	return rows, nil
}

func list(http *http.Client, job driver.Job) ([]string, error) {
	var rows []string
	err := connection.Pages(func(page int) (int, int, error) {
		at, size := int32(page), int32(job.PageSize)
		answer, err := client(http, job).MonitoredCarriersWithResponse(background, &api.MonitoredCarriersParams{PageNumber: &at, PageSize: &size})
		if err != nil {
			return 0, 0, err
		}
		for _, row := range *answer.JSON200 {
			rows = append(rows, driver.Known(number(row.DOTNumber)))
		}
		return len(*answer.JSON200), connection.TotalPages(answer.HTTPResponse.Header.Get("X-Pagination")), nil
	})
	return rows, err
}

func bulk(http *http.Client, job driver.Job) ([]string, error) {
	var rows []string
	err := connection.Pages(func(page int) (int, int, error) {
		at, size := int32(page), int32(job.PageSize)
		answer, err := client(http, job).MonitoredCarrierDataWithResponse(background, &api.MonitoredCarrierDataParams{PageNumber: &at, PageSize: &size})
		if err != nil || answer.JSON200.Data == nil {
			return 0, 0, err
		}
		for _, row := range *answer.JSON200.Data {
			var reports any
			if row.IncidentReports != nil {
				reports = driver.Or(row.IncidentReports.TotalIncidentReports)
			}
			rows = append(rows, driver.Known(dot(row), reports))
		}
		total := 0
		if answer.JSON200.TotalPages != nil {
			total = int(*answer.JSON200.TotalPages)
		}
		return len(*answer.JSON200.Data), total, nil
	})
	return rows, err
}

func changes(http *http.Client, job driver.Job) ([]string, error) {
	var rows []string
	err := connection.Pages(func(page int) (int, int, error) {
		at, size := int32(page), int32(job.PageSize)
		asked := api.CarriersChangesParams{FromDate: job.From, ToDate: job.To, PageNumber: &at, PageSize: &size}
		answer, err := client(http, job).CarriersChangesWithResponse(background, &asked)
		if err != nil || answer.JSON200.CarrierList == nil {
			return 0, 0, err
		}
		for _, row := range *answer.JSON200.CarrierList {
			rows = append(rows, driver.Known(driver.Or(row.ChangeDateTime), dot(row.CarrierDetails)))
		}
		return len(*answer.JSON200.CarrierList), connection.TotalPages(answer.HTTPResponse.Header.Get("X-Pagination")), nil
	})
	return rows, err
}

func document(http *http.Client, job driver.Job) ([]string, error) {
	answer, err := client(http, job).GetDocumentWithResponse(background, &api.GetDocumentParams{Name: job.Document})
	if err != nil {
		return nil, err
	}
	return []string{strconv.Itoa(len(answer.Body))}, nil
}

func unknown(http *http.Client, job driver.Job) ([]string, error) {
	job.DOT = job.Unknown
	return preview(http, job)
}

func dot(carrier *api.CarrierDetails) any {
	if carrier == nil || carrier.DotNumber == nil {
		return nil
	}
	return driver.Or(carrier.DotNumber.Value)
}

func number(dot *api.DotNumber) any {
	if dot == nil {
		return nil
	}
	whole, err := dot.AsDotNumber0()
	if err != nil {
		text, _ := dot.AsDotNumber1()
		return text
	}
	return strconv.Itoa(int(whole))
}
