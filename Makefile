# Everything a fresh machine needs: `make demo` and `make test` set up what they use.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo run check test test-plain golden scoreboard bench package clean system-qt system-test

help:
	@echo "make demo     set up everything and open the window on a mail environment of this machine (no account needed)"
	@echo "make run      set up everything and open the window on your own profile"
	@echo "make check    lint, types, import walls"
	@echo "make test     check, then every test, with real servers where they can be installed"
	@echo "make test-plain  every test with every IMAP extension switched off: all of them are optional"
	@echo "make golden   write anew what inspect says of each kept message (read the difference before you commit it)"
	@echo "make scoreboard  the fault instruments in full (about an hour and a half), then their figures against the gates as a table and as JSON"
	@echo "make bench    measurements, printed and not asserted"
	@echo "make package  wheel and source archive in dist/"

$(READY): packaging/lock.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --require-hashes -r packaging/lock.txt
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	touch $(READY)

system-qt:
	@packaging/system-packages.sh qt

system-test:
	@packaging/system-packages.sh qt test

demo: system-qt $(READY)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/postscope --demo; \
	else $(BIN)/postscope --demo --screenshot demo.png 2>/dev/null && echo "There is no display here: the window was rendered to demo.png"; fi

run: system-qt $(READY)
	$(BIN)/postscope

check: $(READY)
	$(BIN)/ruff check mailclient tests bench
	$(BIN)/ruff format --check mailclient tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports

test: system-test $(READY) check
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n 2 --dist loadfile

test-plain: system-test $(READY)
	POSTSCOPE_TEST_WITHOUT='*' QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -rs -n 2 --dist loadfile

golden: $(READY)
	POSTSCOPE_GOLDEN=write $(BIN)/python -m pytest -q tests/golden

scoreboard: system-test $(READY)
	rm -f scoreboard.jsonl; status=0; \
	POSTSCOPE_FAULTS=full POSTSCOPE_FIGURES=$(CURDIR)/scoreboard.jsonl QT_QPA_PLATFORM=offscreen \
	$(BIN)/python -m pytest -q -p no:randomly -n 2 --dist worksteal tests/faults || status=1; \
	$(BIN)/python -m tests.support.faults.scoreboard scoreboard.jsonl || status=1; exit $$status

bench: $(READY)
	for file in bench/*.py; do PYTHONPATH=. $(BIN)/python $$file || exit 1; done

package: $(READY)
	rm -rf dist && $(BIN)/python -m pip wheel -qq --no-deps --no-build-isolation -w dist .

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
