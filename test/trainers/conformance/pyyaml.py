"""Every YAML file that is named, as PyYAML loads it, as JSON by path."""
import json
import sys

import yaml

print(json.dumps({path: yaml.safe_load(open(path)) for path in sys.argv[1:]}))
