module example.com/sandboxtest

go 1.22
