// Judges the history of each key with porcupine: whether some order of its requests, each at one moment between its
// call and its answer, explains every answer. Reads lines of JSON as history.ts writes them.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

type event struct {
	Key      string `json:"key"`
	Client   int    `json:"client"`
	Op       string `json:"op"`
	Value    string `json:"value"`
	Bytes    int    `json:"bytes"`
	Position int    `json:"position"`
	Outcome  string `json:"outcome"`
	Call     int64  `json:"call"`
	Return   int64  `json:"return"`
}

// An object as its readers see it. Value is empty where there is none.
type object struct {
	value      string
	bytes      int
	appendable bool
}

// Whether a change would be made in a state, and the state after it.
func changed(state object, e event) (bool, object) {
	switch e.Op {
	case "put":
		return true, object{value: e.Value, bytes: e.Bytes}
	case "create":
		return state.value == "", object{value: e.Value, bytes: e.Bytes}
	case "delete":
		return true, object{}
	case "append":
		if state.value == "" {
			return e.Position == 0, object{value: e.Value, bytes: e.Bytes, appendable: true}
		}
		grown := object{value: state.value + "," + e.Value, bytes: state.bytes + e.Bytes, appendable: true}
		return state.appendable && e.Position == state.bytes, grown
	}
	panic("unknown op " + e.Op)
}

func step(state object, e event) (bool, object) {
	if e.Op == "get" {
		return state.value == e.Value, state
	}
	made, after := changed(state, e)
	switch e.Outcome {
	case "ok":
		return made, after
	case "refused":
		return !made, state
	}
	// Nothing is known, not even whether it ever happened: then it is the last of all, and changes nothing that was read.
	if made {
		return true, after
	}
	return true, state
}

var model = porcupine.Model{
	Init: func() interface{} { return object{} },
	Step: func(state, input, output interface{}) (bool, interface{}) {
		return step(state.(object), input.(event))
	},
	Equal: func(a, b interface{}) bool { return a == b },
}

type judgement struct {
	Events    int      `json:"events"`
	Keys      int      `json:"keys"`
	Wrong     []string `json:"wrong"`
	Undecided []string `json:"undecided"`
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	histories := map[string][]porcupine.Operation{}
	result := judgement{Wrong: []string{}, Undecided: []string{}}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if e.Outcome == "unknown" {
			e.Return = math.MaxInt64
		}
		operation := porcupine.Operation{ClientId: e.Client, Input: e, Call: e.Call, Output: nil, Return: e.Return}
		histories[e.Key] = append(histories[e.Key], operation)
		result.Events++
	}
	for key, history := range histories {
		result.Keys++
		switch porcupine.CheckOperationsTimeout(model, history, time.Minute) {
		case porcupine.Illegal:
			result.Wrong = append(result.Wrong, key)
		case porcupine.Unknown:
			result.Undecided = append(result.Undecided, key)
		}
	}
	sort.Strings(result.Wrong)
	sort.Strings(result.Undecided)
	text, _ := json.Marshal(result)
	fmt.Println(string(text))
}
