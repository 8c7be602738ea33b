package attribution

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"go.uber.org/zap"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestParse(t *testing.T) {
	want := &Table{Key: User, Columns: []string{"department", "tag.manager"}, Rows: map[string][]string{
		"u-1": {"claims", "Ada"}, "u-2": {"legal", ""},
	}}
	for name, data := range map[string]string{
		"users.csv":  "user,department,tag.manager\nu-1,claims,Ada\nu-2,legal,\n",
		"bom.csv":    "\xef\xbb\xbfuser, department, tag.manager\nu-1, claims, Ada\n\"u-2\",legal,\n",
		"users.yaml": "user:\n  u-1: {department: claims, tag.manager: Ada}\n  u-2: {department: legal}\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(name, []byte(data))
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
}

func TestTable_ABadOneNamesThePlaceAndTheFix(t *testing.T) {
	for _, tt := range []struct{ name, file, data, want string }{
		{"an empty file", "a.csv", "", "a.csv: the file is empty: its first line names the columns"},
		{"an unknown key", "a.csv", "email,department\n", `line 1: rows are looked up by "email": must be one of user, department`},
		{"an unknown column", "a.csv", "user,floor\n", `column "floor": must be one of user, department, application, team, cost_center, purpose, or tag. and a key`},
		{"a tag without a key", "a.csv", "user,tag.\n", `column "tag."`},
		{"a column twice", "a.csv", "user,team,team\n", `column "team" appears twice`},
		{"nothing to fill", "a.csv", "user\n", `there is only the column "user"`},
		{"a row too long", "a.csv", "user,team\nu-1,blue,red\n", "wrong number of fields"},
		{"a user twice", "a.csv", "user,team\nu-1,blue\nu-1,red\n", `line 3: user "u-1" appears twice`},
		{"a row without a user", "a.csv", "user,team\n,blue\n", "line 2: a row without a user"},
		{"two keys", "a.yaml", "user: {}\nteam: {}\n", "2 keys at the top level: expected one"},
		{"no YAML", "a.yml", "user: [", "a.yml: yaml:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(tt.file, []byte(tt.data))
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a.csv", []byte("user,department\nu-1,claims\n"))
	f.Add("a.yaml", []byte("user:\n  u-1: {department: claims}\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		table, err := Parse(name, data)
		if err != nil {
			return
		}
		for value, cells := range table.Rows {
			require.NotEmpty(t, value)
			require.Len(t, cells, len(table.Columns))
		}
	})
}

func TestTable_IsReadAgainWhenItChangesAndKeptWhenItBreaks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.csv")
	write := func(data string) { require.NoError(t, os.WriteFile(path, []byte(data), 0o600)) }
	write("user,department\nu-1,claims\n")
	results := make(chan bool, 100)
	s := NewSource([]string{path}, zap.NewNop(), func(ok bool) { results <- ok })
	require.NoError(t, s.Start())
	defer func() { require.NoError(t, s.Stop()) }()
	department := func() string { return s.Tables()[0].Rows["u-1"][0] }
	require.True(t, <-results)
	assert.Equal(t, "claims", department())

	write("user,department\nu-1,legal\n")
	require.Eventually(t, func() bool { return department() == "legal" }, 10*time.Second, 10*time.Millisecond)
	require.True(t, <-results)

	write("user,floor\nu-1,3\n")
	require.False(t, <-results)
	assert.Equal(t, "legal", department(), "the last good table stays in use")

	renamed := filepath.Join(filepath.Dir(path), "new.csv")
	require.NoError(t, os.WriteFile(renamed, []byte("user,department\nu-1,sales\n"), 0o600))
	require.NoError(t, os.Rename(renamed, path))
	require.Eventually(t, func() bool { return department() == "sales" }, 10*time.Second, 10*time.Millisecond)
}

func TestTable_ThatCannotBeReadAtTheStartIsAnError(t *testing.T) {
	s := NewSource([]string{filepath.Join(t.TempDir(), "none.csv")}, zap.NewNop(), func(bool) {})
	assert.ErrorContains(t, s.Start(), "none.csv")
	assert.NoError(t, s.Stop())
}
