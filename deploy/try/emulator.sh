#!/bin/sh
# The Azure that the data source of emulator.yaml talks to: the fleet of the demo data source, on loopback. Its argument is
# the plugin's folder.
exec "$1"/gpx_azuregitops_* emulator --port 8088 --clusters 12 --configurations 60 --seed 7
