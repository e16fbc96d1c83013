// The client of ogen.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"example.com/carriers/connection"
	"example.com/carriers/driver"
	"example.com/carriers/ogen/api"
)

var background = context.Background()

func main() {
	driver.Run(map[string]driver.Step{
		"token": token, "preview": preview, "list": list, "bulk": bulk, "changes": changes, "document": document, "unknown": unknown,
	})
}

// Every request must have a token; the connection puts its own in place of this one.
type anyToken struct{}

func (anyToken) Bearer(context.Context, api.OperationName) (api.Bearer, error) {
	return api.Bearer{Token: "none"}, nil
}

func (anyToken) PortalBearer(context.Context, api.OperationName) (api.PortalBearer, error) {
	return api.PortalBearer{Token: "none"}, nil
}

func client(http *http.Client, job driver.Job) *api.Client {
	client, err := api.NewClient(job.Base, anyToken{}, api.WithClient(http))
	if err != nil {
		panic(err)
	}
	return client
}

// An answer is one of several types.
func as[T any](answer any, err error) (T, error) {
	good, ok := answer.(T)
	if err == nil && !ok {
		err = fmt.Errorf("an answer of type %T", answer)
	}
	return good, err
}

func token(http *http.Client, job driver.Job) ([]string, error) {
	form := api.TokenRequest{GrantType: "password", Username: api.NewOptString(job.User), Password: api.NewOptString("demo")}
	answer, err := client(http, job).RequestToken(background, &form)
	given, err := as[*api.Token](answer, err)
	if err != nil || !given.AccessToken.IsSet() {
		return nil, err
	}
	return []string{"token"}, nil
}

func preview(http *http.Client, job driver.Job) ([]string, error) {
	answer, err := client(http, job).PreviewCarrier(background, api.PreviewCarrierParams{DOTNumber: api.NewOptInt32(int32(job.DOT))})
	carriers, err := as[*api.PreviewCarrierOKApplicationJSON](answer, err)
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, row := range *carriers {
		rows = append(rows, driver.Known(number(row.DotNumber), row.CompanyName.Or("")))
	}
	return rows, nil
}

func list(http *http.Client, job driver.Job) ([]string, error) {
	var rows []string
	err := connection.Pages(func(page int) (int, int, error) {
		asked := api.MonitoredCarriersParams{PageNumber: api.NewOptInt32(int32(page)), PageSize: api.NewOptInt32(int32(job.PageSize))}
		answer, err := client(http, job).MonitoredCarriers(background, asked)
		good, err := as[*api.MonitoredCarriersOKHeaders](answer, err)
		if err != nil {
			return 0, 0, err
		}
		for _, row := range good.Response {
			rows = append(rows, driver.Known(number(row.DOTNumber)))
		}
		return len(good.Response), connection.TotalPages(good.XPagination.Or("")), nil
	})
	return rows, err
}

func bulk(http *http.Client, job driver.Job) ([]string, error) {
	var rows []string
	err := connection.Pages(func(page int) (int, int, error) {
		asked := api.MonitoredCarrierDataParams{PageNumber: api.NewOptInt32(int32(page)), PageSize: api.NewOptInt32(int32(job.PageSize))}
		answer, err := client(http, job).MonitoredCarrierData(background, asked)
		good, err := as[*api.CarrierDataPage](answer, err)
		if err != nil {
			return 0, 0, err
		}
		for _, row := range good.Data.Value {
			var reports any
			if count, given := row.Value.IncidentReports.Value.TotalIncidentReports.Get(); given {
				reports = count
			}
			rows = append(rows, driver.Known(dot(row.Value), reports))
		}
		return len(good.Data.Value), int(good.TotalPages.Or(0)), nil
	})
	return rows, err
}

func changes(http *http.Client, job driver.Job) ([]string, error) {
	var rows []string
	err := connection.Pages(func(page int) (int, int, error) {
		asked := api.CarriersChangesParams{
			FromDate: job.From, ToDate: job.To,
			PageNumber: api.NewOptInt32(int32(page)), PageSize: api.NewOptInt32(int32(job.PageSize)),
		}
		answer, err := client(http, job).CarriersChanges(background, asked)
		good, err := as[*api.CarrierChangesHeaders](answer, err)
		if err != nil {
			return 0, 0, err
		}
		list := good.Response.CarrierList.Value
		for _, row := range list {
			rows = append(rows, driver.Known(row.ChangeDateTime.Or(""), dot(row.CarrierDetails.Value)))
		}
		return len(list), connection.TotalPages(good.XPagination.Or("")), nil
	})
	return rows, err
}

func document(http *http.Client, job driver.Job) ([]string, error) {
	answer, err := client(http, job).GetDocument(background, api.GetDocumentParams{Name: job.Document})
	file, err := as[io.Reader](answer, err)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(file)
	return []string{strconv.Itoa(len(content))}, err
}

func unknown(http *http.Client, job driver.Job) ([]string, error) {
	job.DOT = job.Unknown
	return preview(http, job)
}

func dot(carrier api.CarrierDetails) any {
	return carrier.DotNumber.Value.Value.Or("")
}

func number(dot api.OptDotNumber) any {
	switch {
	case !dot.Set || dot.Value.Type == api.NullDotNumber:
		return nil
	case dot.Value.Type == api.Int32DotNumber:
		return dot.Value.Int32
	default:
		return dot.Value.String
	}
}
