#!/bin/sh
# Compiles a program with Mono and Debian's Newtonsoft: compile.sh PROGRAM FILE
set -eu
newtonsoft=/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll
exec mcs -langversion:7 -warnaserror -r:System.Core.dll -r:System.Net.Http.dll "-r:$newtonsoft" "-out:$1" "$2" Connection.cs Normaliser.cs
