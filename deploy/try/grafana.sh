#!/usr/bin/env bash
# Starts what docker-compose.yaml starts, but with the Grafana in the folder GRAFANA_HOME of this machine. Runs until it is
# interrupted, and leaves no files behind. The default of GRAFANA_PORT is 3000.
set -euo pipefail
cd "$(dirname "$0")/../.."

: "${GRAFANA_HOME:?the folder of a Grafana, with bin/grafana in it}"
port=${GRAFANA_PORT:-3000}
plugin=$PWD/dist
id=fluxfleet-azuregitops-datasource
own=$(mktemp -d)
children=()

finish() {
  trap - EXIT INT TERM
  [ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null || true
  wait
  rm -rf "$own"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -p "$own"/{data,logs,plugins,prometheus} "$own"/provisioning/{alerting,dashboards,datasources,plugins}
cp -R "$plugin" "$own/plugins/$id"
cp provisioning/alerting/*.yaml "$own/provisioning/alerting"
cp provisioning/datasources/*.yaml deploy/try/emulator.yaml "$own/provisioning/datasources"
sed "s|/var/lib/grafana/plugins|$own/plugins|" provisioning/dashboards/azuregitops.yaml >"$own/provisioning/dashboards/azuregitops.yaml"

sh deploy/try/emulator.sh target/lab >"$own/logs/emulator" 2>&1 &
children+=($!)
if command -v prometheus >/dev/null; then
  sed "s|127.0.0.1:3000|127.0.0.1:$port|" deploy/try/prometheus.yml >"$own/prometheus/prometheus.yml"
  prometheus --config.file="$own/prometheus/prometheus.yml" --storage.tsdb.path="$own/prometheus/data" \
    --web.listen-address=127.0.0.1:9090 >"$own/logs/prometheus" 2>&1 &
  children+=($!)
else
  echo "Left out: Prometheus, which isn't installed. The data source of the emulator has no metrics."
fi

set -a
. deploy/try/grafana.env
set +a
export GF_PATHS_DATA="$own/data" GF_PATHS_LOGS="$own/logs" GF_PATHS_PLUGINS="$own/plugins"
export GF_PATHS_PROVISIONING="$own/provisioning" GF_LOG_MODE=file
export GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH="$own/plugins/$id/dashboards/application-deployments.json"
export GF_SERVER_HTTP_ADDR=127.0.0.1 GF_SERVER_HTTP_PORT="$port"
"$GRAFANA_HOME/bin/grafana" server --homepath "$GRAFANA_HOME" &
children+=($!)
echo "Grafana starts on http://localhost:$port; its log is in $own/logs. Stop it with Ctrl+C."
wait "$!"
