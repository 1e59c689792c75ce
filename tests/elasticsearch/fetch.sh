#!/usr/bin/env bash
# Fetches the official Elasticsearch server distribution with Maven and prints the folder it is
# unpacked in. ES_VERSION chooses (8.19.8 needs Java 17, 9.2.0 needs Java 21).
set -euo pipefail
version="${ES_VERSION:-8.19.8}"
root="$(cd "$(dirname "$0")/../.." && pwd)/.elasticsearch"
home="$root/elasticsearch-$version"

if [ ! -x "$home/bin/elasticsearch" ]; then
  for tool in mvn java unzip; do
    command -v "$tool" >/dev/null || {
      echo "$tool がありません。Debian/Ubuntu では: sudo apt install maven openjdk-17-jre-headless unzip" >&2
      exit 3
    }
  done
  artifact="org.elasticsearch.distribution.integ-test-zip:elasticsearch:$version:zip"
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get -Dtransitive=false -Dartifact="$artifact" >&2
  zip="${MAVEN_REPO:-$HOME/.m2/repository}/org/elasticsearch/distribution/integ-test-zip/elasticsearch/$version/elasticsearch-$version.zip"
  mkdir -p "$root"
  scratch="$(mktemp -d "$root/unpack.XXXXXX")"
  unzip -q "$zip" -d "$scratch"
  mv "$scratch"/elasticsearch-* "$home"
  rm -rf "$scratch"
fi
printf '%s\n' "$home"
