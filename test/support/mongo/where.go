// What of a filter SQLite's indexes can answer. FerretDB itself lets them answer nothing but one _id, and looks through
// the whole collection for everything else.
//
// A clause may let too much through, never too little: FerretDB holds the filter against every document that comes, as
// it does without a clause. Said of documents whose indexed fields hold no arrays, as those of the tests.

package sqlite

import (
	"fmt"
	"strings"

	"github.com/FerretDB/FerretDB/internal/backends/sqlite/metadata"
	"github.com/FerretDB/FerretDB/internal/handler/sjson"
	"github.com/FerretDB/FerretDB/internal/types"
	"github.com/FerretDB/FerretDB/internal/util/must"
)

// whereClause returns the WHERE clause for a filter with its arguments; empty where the indexes cannot answer anything.
func whereClause(filter *types.Document) (string, []any) {
	clause, args := allOf(filter)
	if clause == "" {
		return "", nil
	}

	return " WHERE " + clause, args
}

// allOf returns what every document that fulfils the filter fulfils.
func allOf(filter *types.Document) (string, []any) {
	if filter == nil {
		return "", nil
	}

	var clauses []string
	var args []any

	for _, key := range filter.Keys() {
		if clause, more := oneOf(key, must.NotFail(filter.Get(key))); clause != "" {
			clauses = append(clauses, clause)
			args = append(args, more...)
		}
	}

	return strings.Join(clauses, " AND "), args
}

// oneOf returns what a document fulfils that fulfils one part of a filter.
func oneOf(key string, value any) (string, []any) {
	if branches, ok := value.(*types.Array); ok && key == "$or" {
		return anyOf(branches)
	}

	if strings.ContainsAny(key, `$.'"`) {
		return "", nil
	}

	// As the expression of the index is spelled.
	column := fmt.Sprintf("%s->'%s'", metadata.DefaultColumn, key)

	switch value := value.(type) {
	case string, types.ObjectID:
		return column + " = ?", []any{marshalled(value)}
	case *types.Document:
		return operators(column, value)
	default:
		return "", nil
	}
}

// operators returns what of the operators of a field an index can answer.
func operators(column string, value *types.Document) (string, []any) {
	for _, operator := range value.Keys() {
		operand := must.NotFail(value.Get(operator))

		switch operator {
		case "$in":
			if array, ok := operand.(*types.Array); ok {
				if args := texts(array); args != nil {
					return fmt.Sprintf("%s IN (?%s)", column, strings.Repeat(", ?", len(args)-1)), args
				}
			}
		case "$gt", "$gte", "$lt", "$lte":
			switch operand.(type) {
			case string, float64, int32, int64:
				// Texts of JSON have another order than what they stand for; that there is one can be told.
				return column + " >= ''", nil
			}
		}
	}

	return "", nil
}

// anyOf returns what a document fulfils that fulfils one of the filters; empty where one of them says nothing.
func anyOf(filters *types.Array) (string, []any) {
	var clauses []string
	var args []any

	for i := 0; i < filters.Len(); i++ {
		filter, ok := must.NotFail(filters.Get(i)).(*types.Document)
		if !ok {
			return "", nil
		}

		clause, more := allOf(filter)
		if clause == "" {
			return "", nil
		}

		clauses = append(clauses, "("+clause+")")
		args = append(args, more...)
	}

	if len(clauses) == 0 {
		return "", nil
	}

	return "(" + strings.Join(clauses, " OR ") + ")", args
}

// texts returns the elements as they are stored; nil where there is none, or one that is no text.
func texts(array *types.Array) []any {
	var args []any

	for i := 0; i < array.Len(); i++ {
		text, ok := must.NotFail(array.Get(i)).(string)
		if !ok {
			return nil
		}

		args = append(args, marshalled(text))
	}

	return args
}

// marshalled returns a value as it is stored.
func marshalled(value any) string {
	return string(must.NotFail(sjson.MarshalSingleValue(value)))
}
